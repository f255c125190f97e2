import { MAX_FAULTS } from '../index/progress.ts';
import type { RangeProgress } from '../index/ranges.ts';
import type { RepositoryRecord } from '../index/record.ts';
import type { StorageFault } from '../storage/layout.ts';
import { isUnfinished } from './complete-record.ts';
import type { RepositoryOutcome } from './reread.ts';

/** One step through a range. */
export type RangeStep =
  | { readonly kind: 'fault'; readonly fault: StorageFault }
  | { readonly kind: 'repository'; readonly name: string; readonly outcome: RepositoryOutcome }
  | {
      readonly kind: 'completed';
      readonly name: string;
      readonly outcome: RepositoryOutcome;
      /** What the first pass had left; undefined where nothing of it was left to do. */
      readonly unfinished: RepositoryRecord | undefined;
    };

/** The progress that a worker begins with: that of the worker before it, if there was one. What is done stays done. */
export function startOfRange(range: number, epoch: number, earlier: RangeProgress | undefined): RangeProgress {
  if (earlier) return earlier.state === 'done' ? earlier : { ...earlier, state: 'running', failure: undefined };
  const nothing = {
    pass: 1,
    repositories: 0,
    tags: 0,
    unfinished: 0,
    lastName: undefined,
    errorCount: 0,
    faults: [],
    failure: undefined,
  } as const;
  return { range, epoch, state: 'running', ...nothing, updatedAtMs: 0 };
}

/** Counts a step. A repository that was dealt with says that whatever delayed the worker has passed. */
export function tally(progress: RangeProgress, step: RangeStep): RangeProgress {
  const { errorCount, faults } = progress;
  const found = faultsOf(step);
  const counted = { ...progress, errorCount: errorCount + found.length, faults: bounded([...faults, ...found]) };
  if (step.kind === 'fault') return counted;
  const passed = { ...counted, lastName: step.name, failure: undefined };
  return step.kind === 'repository' ? withFound(passed, step.outcome) : withCompleted(passed, step);
}

function withFound(progress: RangeProgress, { record }: RepositoryOutcome): RangeProgress {
  if (!record) return progress;
  const { repositories, tags, unfinished } = progress;
  return {
    ...progress,
    repositories: repositories + 1,
    tags: tags + record.tags.length,
    unfinished: unfinished + (isUnfinished(record) ? 1 : 0),
  };
}

/** Tags that turn out to be referrers had been counted; a repository of nothing else is none. */
function withCompleted(progress: RangeProgress, { outcome, unfinished: before }: CompletedStep): RangeProgress {
  if (!before) return progress;
  const { repositories, tags } = progress;
  const next = { ...progress, unfinished: Math.max(0, progress.unfinished - 1) };
  if (outcome.result === 'gone') return { ...next, repositories: repositories - 1, tags: tags - before.tags.length };
  const lost = before.tags.length - (outcome.record ?? before).tags.length;
  return { ...next, tags: tags - lost };
}

type CompletedStep = Extract<RangeStep, { kind: 'completed' }>;

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
