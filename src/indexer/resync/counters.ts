import {
  addCounts,
  countFaults,
  type FaultCounts,
  firstFaults,
  type ReportedFault,
  type StorageFault,
  totalOf,
} from '../../api/fault.ts';
import type { Gaps } from '../../dynamodb/records/gaps.ts';
import type { Repairs, ResyncReport } from '../../dynamodb/state/resync-report.ts';
import type { Logger } from '../../telemetry/log.ts';
import { logFault } from '../repository/outcome.ts';

/** Counts what a resync has repaired and skipped so far. */
export interface Counters {
  count(repair: keyof Repairs | 'reread', howMany?: number): void;
  /** Adds GETs that records of an older reader have cost. */
  rereadBy(gets: number): void;
  rereadGets(): number;
  /** A private repository, which no reported figure includes. */
  hide(name: string): void;
  hidden(): ReadonlySet<string>;
  /** A fault that is met again when a range is walked again counts once. */
  fault(fault: StorageFault): void;
  /** Known faults of a repository that was not read again. */
  standing(gaps: Gaps): void;
  repairs(): Repairs & Pick<ResyncReport, 'reread'>;
  skipped(): Pick<ResyncReport, 'errorCount' | 'faultCounts' | 'faults'>;
}

export function createCounters(log: Logger): Counters {
  const repairs = { added: 0, changed: 0, removed: 0, swept: 0, reread: 0 };
  let rereadGets = 0;
  const keys = new Set<string>();
  const hidden = new Set<string>();
  let faultCounts: FaultCounts = {};
  let faults: ReportedFault[] = [];
  return {
    count(repair, howMany = 1) {
      repairs[repair] += howMany;
    },
    rereadBy(gets) {
      rereadGets += gets;
    },
    rereadGets: () => rereadGets,
    hide: (name) => void hidden.add(name),
    hidden: () => hidden,
    fault(fault) {
      if (keys.has(fault.key)) return;
      keys.add(fault.key);
      logFault(log, faultCounts, fault);
      faultCounts = addCounts(faultCounts, countFaults([fault]));
      faults = firstFaults([...faults, fault]);
    },
    standing(gaps) {
      let before = faultCounts;
      for (const { kind, key, reason } of gaps.faults) {
        if (!kind) continue;
        logFault(log, before, { kind, key, reason });
        before = addCounts(before, countFaults([{ kind }]));
      }
      faultCounts = addCounts(faultCounts, gaps.counts);
      faults = firstFaults([...faults, ...gaps.faults]);
    },
    repairs: () => ({ ...repairs }),
    skipped: () => ({ errorCount: totalOf(faultCounts), faultCounts, faults }),
  };
}
