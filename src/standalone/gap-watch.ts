import type { EventReportStore } from '../dynamodb/state/event-report.ts';
import { gapResyncInMs, openGapOf, type SeenGap, seeGap } from '../dynamodb/state/open-gap.ts';

/** Says when events may have been missed and the tables are to be compared for it; as the operator does, in memory. */
export interface GapWatch {
  /** Why a comparison is due, which then counts as started; undefined while none is. Rejects with a ServiceError. */
  due(signal: AbortSignal): Promise<string | undefined>;
}

export function createGapWatch(events: Pick<EventReportStore, 'read'>, now: () => number): GapWatch {
  let seen: SeenGap | undefined;
  let startedAtMs: number | undefined;
  return {
    async due(signal) {
      const gap = openGapOf(await events.read(signal));
      if (!gap) return undefined;
      const nowMs = now();
      seen = seeGap(seen, gap, nowMs);
      if (gapResyncInMs({ seenAtMs: seen.atMs, startedAtMs, nowMs }) > 0) return undefined;
      startedAtMs = nowMs;
      return gap.gaps.map(({ reason }) => reason).join(', ');
    },
  };
}
