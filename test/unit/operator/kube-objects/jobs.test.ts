import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../../src/kube/resource.ts';
import { isOutOfPods, jobState } from '../../../../src/operator/kube-objects/jobs.ts';

const NOW_MS = Date.parse('2026-03-01T12:01:01Z');
const ENDED = '2026-03-01T12:00:00Z';

function job(...conditions: readonly object[]): KubeObject {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { namespace: 'n', name: 'j' }, status: { conditions } };
}

function started(startTime: string, ready = 0): KubeObject {
  return { ...job(), status: { startTime, active: 1, ready } };
}

const condition = (type: string, status = 'True') => ({ type, status, lastTransitionTime: ENDED });

test.each([
  { when: 'there is none', seen: undefined, state: { kind: 'missing' } },
  { when: 'it has no status yet', seen: { ...job(), status: undefined }, state: { kind: 'running' } },
  { when: 'no pod of it is ready for a minute', seen: started(ENDED), state: { kind: 'withoutPods' } },
  { when: 'it was only just started', seen: started('2026-03-01T12:00:30Z'), state: { kind: 'running' } },
  { when: 'one of its pods is ready', seen: started(ENDED, 1), state: { kind: 'running' } },
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
  expect(jobState(seen, NOW_MS)).toEqual(state);
});

const withStatus = (status: object): KubeObject => ({ ...job(), status });

test.each([
  { when: 'none is left of a Job that goes on', seen: withStatus({ startTime: ENDED, ready: 0 }), out: true },
  { when: 'as many as none are active', seen: withStatus({ startTime: ENDED, active: 0 }), out: true },
  { when: 'one is on its way', seen: started(ENDED), out: false },
  { when: 'the Job was not started', seen: withStatus({}), out: false },
  { when: 'the Job has no status yet', seen: { ...job(), status: undefined }, out: false },
  {
    when: 'the Job has ended',
    seen: withStatus({ startTime: ENDED, conditions: [condition('Complete')] }),
    out: false,
  },
  {
    when: 'the Job is being removed',
    seen: { ...withStatus({ startTime: ENDED }), metadata: { namespace: 'n', name: 'j', deletionTimestamp: ENDED } },
    out: false,
  },
])('a Job being out of pods is $out when $when', ({ seen, out }) => {
  expect(isOutOfPods(seen)).toBe(out);
});
