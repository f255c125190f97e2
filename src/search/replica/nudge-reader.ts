import { withDeadline } from '../../async/deadline.ts';
import { sleep } from '../../async/sleep.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { ReplicaMetrics } from './metrics.ts';
import type { Replica } from './replica.ts';

export interface NudgeReaderDeps {
  readonly replica: Pick<Replica, 'refresh'>;
  readonly metrics: Pick<ReplicaMetrics, 'nudged'>;
  readonly log: Logger;
  /** Waits between two readings; REST_MS when left out. */
  readonly rest?: () => Promise<void>;
}

/** Has a replica read what nudges name: the first at once, and names that come soon after it together, each once. */
export type ReadNudged = (names: readonly string[]) => void;

const MAX_WAITING = 10_000;
const TIMEOUT_MS = 5_000;
/** A reading costs next to the same for one name as for ten, so what several indexers name is read together. */
const REST_MS = 100;

/** Reads until `stop` aborts. What cannot be read is found by the change feed. */
export function createNudgeReader(
  { replica, metrics, log, rest = () => sleep(REST_MS, stop) }: NudgeReaderDeps,
  stop: AbortSignal,
): ReadNudged {
  let waiting = new Set<string>();
  let isReading = false;

  const read = async (names: ReadonlySet<string>) => {
    try {
      const applied = await withDeadline(stop, TIMEOUT_MS, (signal) => replica.refresh(names, signal));
      metrics.nudged(applied === undefined ? 'NotLoaded' : 'Applied', applied ?? names.size);
      metrics.nudged('Known', applied === undefined ? 0 : names.size - applied);
    } catch (err) {
      if (stop.aborted) return;
      metrics.nudged('Failed', names.size);
      log.warn({ err, names: names.size }, 'Failed to read what a nudge named; the change feed will name it');
    }
  };

  const readWaiting = async () => {
    isReading = true;
    while (waiting.size > 0 && !stop.aborted) {
      const names = waiting;
      waiting = new Set();
      await read(names);
      await rest();
    }
    isReading = false;
  };

  return (names) => {
    const fitting = names.slice(0, MAX_WAITING - waiting.size);
    metrics.nudged('Dropped', names.length - fitting.length);
    for (const name of fitting) waiting.add(name);
    if (!isReading) void readWaiting();
  };
}
