import type { RangeFailure, RangeProgress, RangeStore } from '../../dynamodb/state/ranges.ts';
import type { Logger } from '../../telemetry/log.ts';
import { faultsOf, logFault, type RangeStep, tally } from './range-counters.ts';

export interface RangeTracker {
  /** How far the range has come, up to its last repository: here a worker would begin again. */
  checkpoint(): RangeProgress;
  /** With what was met since. */
  current(): RangeProgress;
  /** Forgets the faults met since the checkpoint, because they will be met again. */
  rewind(): void;
  /** Counts a step; writes the progress when the last time was a second ago. */
  add(step: RangeStep, signal: AbortSignal): Promise<void>;
  /** Writes that the pass has come to the end of the range: then the second begins, or the range is done. */
  finish(next: 'secondPass' | 'done', signal: AbortSignal): Promise<void>;
  /** Writes the checkpoint as it stands, with what the worker waits for to pass. The next step takes that back. */
  wait(failure: RangeFailure, signal: AbortSignal): Promise<void>;
  /** Writes the checkpoint as it stands, with what stopped the worker if something did. */
  leave(failure: RangeFailure | undefined, signal: AbortSignal): Promise<void>;
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
      current = tally(current, step);
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
