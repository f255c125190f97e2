import { isoTime } from '../../api/iso-time.ts';
import type { Marker } from '../../index/marker.ts';
import type { BackfillProgress } from '../../index/progress.ts';
import type { StatusFields } from '../finding.ts';

/** The status fields that tell how far a backfill is. */
export function backfillStatus(marker: Marker, progress: BackfillProgress, attempts: number): StatusFields {
  const { percent, repositories, tags, errorCount, faults } = progress;
  const percentShown = marker.complete ? 100 : percent;
  return {
    repositories,
    tags,
    backfill: {
      progress: `${percentShown}%`,
      percent: percentShown,
      repositories,
      errorCount,
      errors: faults.map(({ key, reason }) => ({ key, reason })),
      attempts,
      startedAt: isoTime(marker.startedAtMs),
      ...(marker.completedAtMs === undefined ? {} : { completedAt: isoTime(marker.completedAtMs) }),
    },
  };
}
