import { MAX_FAULTS } from '../index/progress.ts';
import type { RangeProgress } from '../index/ranges.ts';
import type { StorageFault } from '../storage/layout.ts';
import type { RepositoryOutcome } from './reread.ts';

/** One step through a range. */
export type RangeStep =
  | { readonly kind: 'fault'; readonly fault: StorageFault }
  | { readonly kind: 'repository'; readonly name: string; readonly outcome: RepositoryOutcome };

/** The progress that a worker begins with: that of the worker before it, if there was one. What is done stays done. */
export function startOfRange(range: number, epoch: number, earlier: RangeProgress | undefined): RangeProgress {
  if (earlier) return earlier.state === 'done' ? earlier : { ...earlier, state: 'running', failure: undefined };
  const nothing = { repositories: 0, tags: 0, lastName: undefined, errorCount: 0, faults: [], failure: undefined };
  return { range, epoch, state: 'running', ...nothing, updatedAtMs: 0 };
}

/** Counts a step. A repository that was dealt with says that whatever delayed the worker has passed. */
export function tally(progress: RangeProgress, step: RangeStep): RangeProgress {
  const { repositories, tags, errorCount, faults } = progress;
  const found = faultsOf(step);
  const counted = { ...progress, errorCount: errorCount + found.length, faults: bounded([...faults, ...found]) };
  if (step.kind === 'fault') return counted;
  const { record } = step.outcome;
  return {
    ...counted,
    lastName: step.name,
    repositories: repositories + (record ? 1 : 0),
    tags: tags + (record?.tags.length ?? 0),
    failure: undefined,
  };
}

/** All that is to be told of a step, a record that could not be written included. */
export function faultsOf(step: RangeStep): StorageFault[] {
  if (step.kind === 'fault') return [step.fault];
  const { result, faults } = step.outcome;
  const reason = UNWRITTEN[result];
  return reason === undefined ? [...faults] : [...faults, { key: step.name, reason }];
}

const UNWRITTEN: Partial<Record<RepositoryOutcome['result'], string>> = {
  contended: 'others kept writing its record; the next resync reads it again',
  tooLarge: 'its record is larger than an item of the table may be',
};

function bounded(faults: readonly StorageFault[]): StorageFault[] {
  return faults.slice(0, MAX_FAULTS);
}
