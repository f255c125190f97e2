import { expect, test } from '@jest/globals';
import { progressOf } from '../../../../src/dynamodb/state/progress.ts';
import { type BackfillObservation, decideBackfill, retryDelayMs } from '../../../../src/operator/backfill/decide.ts';
import { NOW_MS, ownership } from '../../../support/operator/resources.ts';

const running = progressOf({ epoch: 4, boundaries: ['m'], counts: undefined }, []);
const ended = { kind: 'ended', failed: true, endedAtMs: NOW_MS } as const;

function observation(fields: Partial<BackfillObservation>): BackfillObservation {
  const job = { kind: 'missing' } as const;
  return { ownership: ownership({ complete: false }), progress: running, job, attempts: 0, nowMs: NOW_MS, ...fields };
}

interface Case {
  readonly when: string;
  readonly seen: Partial<BackfillObservation>;
  readonly step: object;
}

test.each<Case>([
  { when: 'new tables get a Job', seen: {}, step: { do: 'startJob' } },
  {
    when: 'also before any range was agreed upon',
    seen: { progress: progressOf(undefined, []) },
    step: { do: 'startJob' },
  },
  { when: 'a running Job is watched', seen: { job: { kind: 'running' } }, step: { do: 'watch' } },
  {
    when: 'when every range is read the ownership record says so, whatever the state of the Job',
    seen: { progress: { ...running, state: 'done' }, job: ended },
    step: { do: 'complete' },
  },
  {
    when: 'also when the Job was cleared away',
    seen: { progress: { ...running, state: 'done' } },
    step: { do: 'complete' },
  },
  {
    when: 'an epoch that the ownership record marks as complete gets no Job, though there is none',
    seen: { ownership: ownership({ complete: true }) },
    step: { do: 'nothing' },
  },
  {
    when: 'a failed Job stays for people to see until its pause is over',
    seen: { job: ended },
    step: { do: 'waitToRetry', ms: 10_000 },
  },
  {
    when: 'and makes room for the next one then',
    seen: { job: { ...ended, endedAtMs: NOW_MS - 10_000 } },
    step: { do: 'removeFailedJob' },
  },
  {
    when: 'the pause grows with every failure',
    seen: { job: ended, attempts: 3 },
    step: { do: 'waitToRetry', ms: 80_000 },
  },
  {
    when: 'a Job that ended well but left ranges unread is followed by another one too',
    seen: { job: { kind: 'ended', failed: false, endedAtMs: NOW_MS - 60_000 } },
    step: { do: 'removeFailedJob' },
  },
])('$when', ({ seen, step }) => {
  expect(decideBackfill(observation(seen))).toEqual(step);
});

test('no pause is longer than a quarter of an hour', () => {
  expect(retryDelayMs(50)).toBe(15 * 60_000);
});
