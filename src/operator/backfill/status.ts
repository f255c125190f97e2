import { isoTime } from '../../api/iso-time.ts';
import type { Marker } from '../../dynamodb/state/marker.ts';
import { paceOf } from '../../dynamodb/state/pace.ts';
import type { BackfillProgress } from '../../dynamodb/state/progress.ts';
import { skippedFields } from '../status/skipped.ts';
import type { StatusFields } from '../status/step-result.ts';

export interface BackfillLook {
  readonly progress: BackfillProgress;
  /** Jobs of this epoch that failed. */
  readonly attempts: number;
  readonly nowMs: number;
}

/** The status fields that tell how far a backfill is, and while it gets on, how fast. */
export function backfillStatus(marker: Marker, { progress, attempts, nowMs }: BackfillLook): StatusFields {
  const { percent, repositories, tags } = progress;
  const percentShown = marker.complete ? 100 : percent;
  return {
    repositories,
    tags,
    backfill: {
      progress: `${percentShown}%`,
      percent: percentShown,
      repositories,
      ...paceFields(marker, progress, nowMs),
      ...skippedFields(progress),
      attempts,
      startedAt: isoTime(marker.startedAtMs),
      ...(marker.completedAtMs === undefined ? {} : { completedAt: isoTime(marker.completedAtMs) }),
    },
  };
}

const BEGIN = { share: 0, repositories: 0 };

function paceFields({ startedAtMs, complete }: Marker, progress: BackfillProgress, nowMs: number) {
  if (complete || progress.state !== 'running' || progress.failure) return {};
  const { repositoriesPerSecond, secondsLeft } = paceOf(BEGIN, progress, nowMs - startedAtMs);
  const left = secondsLeft === undefined ? {} : { secondsLeft: Math.ceil(secondsLeft) };
  return { repositoriesPerSecond: Math.round(repositoriesPerSecond), ...left };
}
