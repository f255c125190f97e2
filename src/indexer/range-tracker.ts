import { MAX_FAULTS } from '../index/progress.ts';
import type { RangeFailure, RangeProgress, RangeStore } from '../index/ranges.ts';
import type { Logger } from '../telemetry/log.ts';
import { faultsOf, type RangeStep, tally } from './range-tally.ts';

export interface RangeTracker {
  /** How far the range has come, up to its last repository: here a worker would begin again. */
  checkpoint(): RangeProgress;
  /** Forgets the faults met since the checkpoint, because they will be met again. */
  rewind(): void;
  /** Counts a step; writes the progress when the last time was a second ago. */
  add(step: RangeStep, signal: AbortSignal): Promise<void>;
  /** Writes the progress of a range that has been walked to its end. */
  finish(signal: AbortSignal): Promise<void>;
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
    rewind() {
      current = checkpoint;
    },
    async add(step, signal) {
      logFaults(log, current, step);
      current = tally(current, step);
      if (step.kind === 'fault') return;
      const hadToWait = checkpoint.failure !== undefined;
      checkpoint = current;
      if (hadToWait || now() - writtenAtMs >= WRITE_EVERY_MS) await write(checkpoint, signal);
      else onChange(checkpoint);
    },
    finish: (signal) => write({ ...current, state: 'done', failure: undefined }, signal),
    wait: (failure, signal) => write({ ...checkpoint, failure }, signal),
    leave: (failure, signal) => write({ ...checkpoint, state: failure ? 'failed' : 'running', failure }, signal),
  };
}

/** The first of a range are what a person wants to see; thousands more would bury them. */
function logFaults(log: Logger, { range, errorCount }: RangeProgress, step: RangeStep): void {
  for (const { key, reason } of faultsOf(step))
    log[errorCount < MAX_FAULTS ? 'warn' : 'debug']({ range, key, reason }, 'skipped what cannot be used');
}
