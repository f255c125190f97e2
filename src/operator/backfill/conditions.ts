import { isFalse, isTrue, type Statement } from '../../api/conditions.ts';
import { isoTime } from '../../api/iso-time.ts';
import type { Marker } from '../../dynamodb/state/marker.ts';
import type { BackfillProgress } from '../../dynamodb/state/progress.ts';
import type { JobState } from '../kube-objects/job-state.ts';
import { waitingForPods } from '../status/waiting-for-pods.ts';

/** `repositories` is what the backfill found: nothing at all is more often a wrong path than an empty registry. */
export function complete({ completedAtMs }: Marker, repositories: number | undefined): Statement {
  const since = completedAtMs ? `complete since ${isoTime(completedAtMs)}` : 'complete';
  const doubt = repositories === 0 ? '; no repository was found: check bucket and storage.rootDirectory' : '';
  return isTrue('BackfillComplete', 'Complete', since + doubt);
}

/**
 * Why not everything can be found yet. What a worker says has stopped it comes first, also while it tries again: the
 * Job alone would look like progress until its last retry.
 */
export function incomplete(progress: BackfillProgress, job: JobState, jobName: string): Statement {
  const { failure, percent, repositories } = progress;
  if (failure) return isFalse('BackfillComplete', failure.reason, failure.message);
  if (job.kind === 'withoutPods') return waitingForPods('BackfillComplete', { kind: 'Job', name: jobName });
  if (job.kind !== 'ended' || progress.state === 'done')
    return isFalse('BackfillComplete', 'Backfilling', `${percent} %, ${repositories} repositories so far`);
  return job.failed
    ? isFalse('BackfillComplete', 'JobFailed', `Job ${jobName} failed; see its pods' logs`)
    : isFalse(
        'BackfillComplete',
        'JobEndedEarly',
        `Job ${jobName} ended at ${percent} %; another one goes on from there`,
      );
}
