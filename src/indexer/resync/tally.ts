import { addCounts, countFaults, type FaultCounts, firstFaults, type StorageFault, totalOf } from '../../api/fault.ts';
import type { Repairs, ResyncReport } from '../../index/resyncs.ts';
import type { Logger } from '../../telemetry/log.ts';
import { logFault } from '../range-tally.ts';

/** What a resync has repaired and skipped so far. */
export interface Tally {
  count(repair: keyof Repairs, howMany?: number): void;
  /** Something that could not be used; met again by a walk that begins anew, it counts once. */
  fault(fault: StorageFault): void;
  repairs(): Repairs;
  skipped(): Pick<ResyncReport, 'errorCount' | 'faultCounts' | 'faults'>;
}

export function createTally(log: Logger): Tally {
  const repairs = { added: 0, changed: 0, removed: 0, swept: 0 };
  const keys = new Set<string>();
  let faultCounts: FaultCounts = {};
  let faults: StorageFault[] = [];
  return {
    count(repair, howMany = 1) {
      repairs[repair] += howMany;
    },
    fault(fault) {
      if (keys.has(fault.key)) return;
      keys.add(fault.key);
      logFault(log, faultCounts, fault);
      faultCounts = addCounts(faultCounts, countFaults([fault]));
      faults = firstFaults([...faults, fault]);
    },
    repairs: () => ({ ...repairs }),
    skipped: () => ({ errorCount: totalOf(faultCounts), faultCounts, faults }),
  };
}
