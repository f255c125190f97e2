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

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
