import { expect, test } from '@jest/globals';
import { type BackfillProgress, progressOf } from '../../../../src/dynamodb/state/progress.ts';
import { completeCondition, incompleteCondition } from '../../../../src/operator/backfill/status.ts';
import type { JobState } from '../../../../src/operator/kube-objects/jobs.ts';
import { ownershipRecordOf } from '../../../support/index/index-records.ts';
import { NOW_MS } from '../../../support/operator/resources.ts';

const underWay = { ...progressOf(undefined, []), state: 'running', percent: 40, repositories: 7 } as const;
const failure = { reason: 'EndpointUnreachable', message: 'http://minio:9000 does not answer' };
const ended = (failed: boolean): JobState => ({ kind: 'ended', failed, endedAtMs: NOW_MS });

interface Case {
  readonly when: string;
  readonly progress: BackfillProgress;
  readonly job: JobState;
  readonly idleMinutes?: number;
  readonly says: string;
}

test.each<Case>([
  {
    when: 'how far it is, while a Job runs',
    progress: underWay,
    job: { kind: 'running' },
    says: 'Backfilling: 40 %, 7 repositories so far',
  },
  {
    when: 'where to look when a running Job adds nothing',
    progress: underWay,
    job: { kind: 'running' },
    idleMinutes: 16,
    says: "NoProgress: 40 %, 7 repositories; Job fill-1 has added nothing for 16 minutes; see its pods' logs",
  },
  {
    when: 'where to look when its pods do not start',
    progress: underWay,
    job: { kind: 'withoutPods' },
    says: 'WaitingForPods: no pod of Job fill-1 is ready; see kubectl describe job fill-1, and its pods',
  },
  {
    when: 'what stops a worker, also while its Job runs and tries again',
    progress: { ...underWay, failure },
    job: { kind: 'running' },
    says: 'EndpointUnreachable: http://minio:9000 does not answer',
  },
  {
    when: 'what stopped a worker of a Job that failed',
    progress: { ...underWay, state: 'failed', failure },
    job: ended(true),
    says: 'EndpointUnreachable: http://minio:9000 does not answer',
  },
  {
    when: 'where to look when a Job failed without a word',
    progress: underWay,
    job: ended(true),
    says: "JobFailed: Job fill-1 failed; see its pods' logs",
  },
  {
    when: 'that a Job which ended well has left something unread',
    progress: underWay,
    job: ended(false),
    says: 'JobEndedEarly: Job fill-1 ended at 40 %; another one goes on from there',
  },
  {
    when: 'nothing bad of a Job that ended with everything read',
    progress: { ...underWay, state: 'done', percent: 100 },
    job: ended(false),
    says: 'Backfilling: 100 %, 7 repositories so far',
  },
])('a backfill that is not complete says $when', ({ progress, job, idleMinutes = 1, says }) => {
  const work = { jobName: 'fill-1', idleMs: idleMinutes * 60_000 };
  const { status, reason, message } = incompleteCondition(progress, job, work);
  expect({ status, said: `${reason}: ${message}` }).toEqual({ status: 'False', said: says });
});

test('a backfill that found nothing is complete, with a hint to check the path', () => {
  const ownership = { ...ownershipRecordOf(1), complete: true, completedAtMs: NOW_MS };
  expect(completeCondition(ownership, 39)).toMatchObject({
    status: 'True',
    message: expect.not.stringContaining('check'),
  });
  expect(completeCondition(ownership, 0)).toMatchObject({
    status: 'True',
    message: expect.stringContaining('check bucket'),
  });
});
