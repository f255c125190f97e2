import type { StorageFault } from '../../api/fault.ts';
import { type FaultCounts, harmfulOf, isHarmful, MAX_FAULTS, totalOf } from '../../api/fault.ts';
import type { RepositoryRecord } from '../../dynamodb/records/record.ts';
import type { RecordStore } from '../../dynamodb/records/record-store.ts';
import type { Layout } from '../../storage/layout.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { ArtefactReader } from '../artefacts/reader.ts';

export interface IndexerDeps {
  readonly layout: Layout;
  readonly artefacts: ArtefactReader;
  readonly records: RecordStore;
  /** The epoch that records are written for. */
  readonly epoch: number;
  /** Whether one more repository that is gone may be removed; always where it is left out. */
  readonly mayRemove?: () => Promise<boolean>;
  /** Uniform in [0, 1), for jitter. */
  readonly random?: () => number;
}

/**
 * The result for one repository: its record was `written`, or was `current` already, or the repository is `gone`. It
 * was left unchanged where a later epoch has begun (`superseded`), other writers kept winning (`contended`), or the
 * record exceeds DynamoDB's item size (`tooLarge`), or too many have been removed lately (`withheld`).
 */
export interface RepositoryOutcome {
  readonly result: 'written' | 'current' | 'gone' | 'superseded' | 'contended' | 'tooLarge' | 'withheld';
  /** The record in the table now, where that is known. */
  readonly record: RepositoryRecord | undefined;
  /** Whether manifests of that record are still to be read. */
  readonly isUnfinished?: boolean;
  readonly faults: readonly StorageFault[];
}

/** The faults of a repository, including a record that could not be written. */
export function faultsOfOutcome(name: string, { result, faults }: RepositoryOutcome): StorageFault[] {
  const unwritten = UNWRITTEN[result];
  return unwritten === undefined ? [...faults] : [...faults, { ...unwritten, key: name }];
}

const UNWRITTEN: Partial<Record<RepositoryOutcome['result'], Omit<StorageFault, 'key'>>> = {
  contended: { kind: 'Contended', reason: 'others kept writing its record; the next resync reads it again' },
  tooLarge: { kind: 'TooLarge', reason: 'its record is larger than an item of the table may be' },
};

/**
 * Logs what was skipped, besides what was counted before it: the first twenty harmful ones as warnings, the first
 * twenty harmless ones as information; thousands more would bury them.
 */
export function logFault(log: Logger, before: FaultCounts, fault: StorageFault & { readonly range?: number }): void {
  const harmful = harmfulOf(before);
  const level = isHarmful(fault.kind)
    ? { name: 'warn' as const, taken: harmful }
    : { name: 'info' as const, taken: totalOf(before) - harmful };
  log[level.taken < MAX_FAULTS ? level.name : 'debug'](fault, 'Skipped an object that cannot be used');
}
