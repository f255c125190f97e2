import type { Problem } from '../../api/conditions.ts';
import type { RangeProgress, RangeStore } from '../../dynamodb/state/ranges.ts';
import type { Logger } from '../../telemetry/log.ts';
import { logFault } from '../repository/outcome.ts';
import { countStep, faultsOf, type RangeStep } from './range-counters.ts';

export interface RangeTracker {
  /** Progress up to the last repository: where another worker would continue. */
  checkpoint(): RangeProgress;
  /** The checkpoint and the faults met since. */
  current(): RangeProgress;
  /** Forgets the faults met since the checkpoint, because they will be met again. */
  rewind(): void;
  /** Counts a step; writes the progress at most once a second. */
  add(step: RangeStep, signal: AbortSignal): Promise<void>;
  /** Writes that the pass is over: the second begins, or the range is done. */
  finish(next: 'secondPass' | 'done', signal: AbortSignal): Promise<void>;
  /** Writes the checkpoint with the failure that the worker waits for to pass. The next step removes it. */
  wait(failure: Problem, signal: AbortSignal): Promise<void>;
  /** Writes the checkpoint with the failure that stopped the worker, if one did. */
  leave(failure: Problem | undefined, signal: AbortSignal): Promise<void>;
}

export interface RangeTrackerOptions {
  readonly start: RangeProgress;
  readonly ranges: RangeStore;
  readonly now: () => number;
  readonly log: Logger;
  readonly onChange: (progress: RangeProgress) => void;
}

const WRITE_EVERY_MS = 1_000;

export function createRangeTracker({ start, ranges, now, log, onChange }: RangeTrackerOptions): RangeTracker {
  let checkpoint = start;
  let current = start;
  let writtenAtMs = Number.NEGATIVE_INFINITY;

  const write = async (progress: RangeProgress, signal: AbortSignal) => {
    checkpoint = { ...progress, updatedAtMs: now() };
    writtenAtMs = now();
    onChange(checkpoint);
    await ranges.writeProgress(checkpoint, signal);
  };

  return {
    checkpoint: () => checkpoint,
    current: () => current,
    rewind() {
      current = checkpoint;
    },
    async add(step, signal) {
      for (const fault of faultsOf(step)) logFault(log, current.faultCounts ?? {}, { range: current.range, ...fault });
      current = countStep(current, step);
      if (step.kind === 'fault') return;
      const hadToWait = checkpoint.failure !== undefined;
      checkpoint = current;
      if (hadToWait || now() - writtenAtMs >= WRITE_EVERY_MS) await write(checkpoint, signal);
      else onChange(checkpoint);
    },
    async finish(next, signal) {
      const ended = { ...current, failure: undefined };
      if (next === 'done') await write({ ...ended, state: 'done', unfinished: 0 }, signal);
      else await write({ ...ended, pass: 2, lastName: undefined }, signal);
      current = checkpoint;
    },
    wait: (failure, signal) => write({ ...checkpoint, failure }, signal),
    leave: (failure, signal) => write({ ...checkpoint, state: failure ? 'failed' : 'running', failure }, signal),
  };
}
