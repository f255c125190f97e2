import { addCounts, countFaults, firstFaults, type StorageFault } from '../../api/fault.ts';
import type { RepositoryRecord } from '../../dynamodb/records/record.ts';
import type { RangeProgress } from '../../dynamodb/state/ranges.ts';
import type { RepositoryOutcome } from '../repository/outcome.ts';
import { faultsOfOutcome } from '../repository/outcome.ts';

/** One step through a range. */
export type RangeStep =
  | { readonly kind: 'fault'; readonly fault: StorageFault }
  | { readonly kind: 'repository'; readonly name: string; readonly outcome: RepositoryOutcome }
  | {
      readonly kind: 'completed';
      readonly name: string;
      readonly outcome: RepositoryOutcome;
      /** The incomplete record of the first pass; undefined where it is complete already. */
      readonly unfinished: RepositoryRecord | undefined;
    };

/**
 * The progress a worker begins with: that of the worker before it, if there was one. A finished range stays finished.
 */
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

/** Counts a step. A finished repository shows that whatever delayed the worker has passed. */
export function countStep(progress: RangeProgress, step: RangeStep): RangeProgress {
  const found = faultsOf(step);
  const counted = {
    ...progress,
    errorCount: progress.errorCount + found.length,
    faultCounts: addCounts(progress.faultCounts ?? {}, countFaults(found)),
    faults: firstFaults([...progress.faults, ...found]),
  };
  if (step.kind === 'fault') return counted;
  const passed = { ...counted, lastName: step.name, failure: undefined };
  return step.kind === 'repository' ? withFound(passed, step.outcome) : withCompleted(passed, step);
}

function withFound(progress: RangeProgress, { record, isUnfinished }: RepositoryOutcome): RangeProgress {
  if (!record) return progress;
  const counted = addFound(progress, record, { repositories: 1, tags: record.tags.length });
  return { ...counted, unfinished: progress.unfinished + (isUnfinished ? 1 : 0) };
}

interface Found {
  readonly repositories: number;
  readonly tags: number;
}

/** Private repositories are also counted separately. Never below 0, because others may have written in between. */
function addFound(progress: RangeProgress, { isPrivate }: RepositoryRecord, by: Found): RangeProgress {
  const { privateRepositories = 0, privateTags = 0 } = progress;
  const found = {
    ...progress,
    repositories: Math.max(0, progress.repositories + by.repositories),
    tags: Math.max(0, progress.tags + by.tags),
  };
  if (!isPrivate) return found;
  return {
    ...found,
    privateRepositories: Math.max(0, privateRepositories + by.repositories),
    privateTags: Math.max(0, privateTags + by.tags),
  };
}

/** Corrects the counts: tags may have turned out to be referrers, and a repository of referrers alone is none. */
function withCompleted(progress: RangeProgress, { outcome, unfinished: before }: CompletedStep): RangeProgress {
  if (!before) return progress;
  const isGone = outcome.result === 'gone';
  const left = isGone ? 0 : (outcome.record ?? before).tags.length;
  const counted = addFound(progress, before, { repositories: isGone ? -1 : 0, tags: left - before.tags.length });
  return { ...counted, unfinished: Math.max(0, progress.unfinished - 1) };
}

type CompletedStep = Extract<RangeStep, { kind: 'completed' }>;

/** The faults of a step, including a record that could not be written. */
export function faultsOf(step: RangeStep): StorageFault[] {
  return step.kind === 'fault' ? [step.fault] : faultsOfOutcome(step.name, step.outcome);
}
