import type { StorageFault } from '../../api/fault.ts';
import type { Repairs } from '../../index/resyncs.ts';
import type { Logger } from '../../telemetry/log.ts';

/** What a resync has repaired so far. */
export interface Tally {
  count(repair: keyof Repairs, howMany?: number): void;
  /** Something that could not be used; met again by a walk that begins anew, it counts once. */
  fault(fault: StorageFault): void;
  repairs(): Repairs;
  errorCount(): number;
}

/** The first are what a person wants to see; thousands more would bury them. */
const MAX_LOGGED = 20;

export function createTally(log: Logger): Tally {
  const repairs = { added: 0, changed: 0, removed: 0, swept: 0 };
  const keys = new Set<string>();
  return {
    count(repair, howMany = 1) {
      repairs[repair] += howMany;
    },
    fault({ key, reason }) {
      if (keys.has(key)) return;
      keys.add(key);
      log[keys.size <= MAX_LOGGED ? 'warn' : 'debug']({ key, reason }, 'skipped what cannot be used');
    },
    repairs: () => ({ ...repairs }),
    errorCount: () => keys.size,
  };
}
