import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../../src/kube/resource.ts';
import { jobState } from '../../../../src/operator/backfill/job-state.ts';

const ENDED = '2026-03-01T12:00:00Z';

function job(...conditions: readonly object[]): KubeObject {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { namespace: 'n', name: 'j' }, status: { conditions } };
}

const condition = (type: string, status = 'True') => ({ type, status, lastTransitionTime: ENDED });

test.each([
  { when: 'there is none', seen: undefined, state: { kind: 'missing' } },
  { when: 'it has no status yet', seen: { ...job(), status: undefined }, state: { kind: 'running' } },
  { when: 'it has no conditions', seen: job(), state: { kind: 'running' } },
  { when: 'it is about to fail', seen: job(condition('FailureTarget')), state: { kind: 'running' } },
  { when: 'its end is denied', seen: job(condition('Complete', 'False')), state: { kind: 'running' } },
  {
    when: 'it has failed',
    seen: job(condition('FailureTarget'), condition('Failed')),
    state: { kind: 'ended', failed: true, endedAtMs: Date.parse(ENDED) },
  },
  {
    when: 'it is complete',
    seen: job(condition('SuccessCriteriaMet'), condition('Complete')),
    state: { kind: 'ended', failed: false, endedAtMs: Date.parse(ENDED) },
  },
])('a Job is $state.kind when $when', ({ seen, state }) => {
  expect(jobState(seen)).toEqual(state);
});
