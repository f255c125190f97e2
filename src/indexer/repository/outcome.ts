import type { StorageFault } from '../../api/fault.ts';
import type { RepositoryRecord } from '../../dynamodb/records/record.ts';
import type { RecordStore } from '../../dynamodb/records/record-store.ts';
import type { Layout } from '../../storage/layout.ts';
import type { ArtefactReader } from '../artefacts/reader.ts';

export interface IndexerDeps {
  readonly layout: Layout;
  readonly artefacts: ArtefactReader;
  readonly records: RecordStore;
  /** The epoch that records are written for. */
  readonly epoch: number;
  /** Uniform in [0, 1), for jitter. */
  readonly random?: () => number;
}

/**
 * The result for one repository: its record was `written`, or was `current` already, or the repository is `gone`. It
 * was left unchanged where a later epoch has begun (`superseded`), other writers kept winning (`contended`), or the
 * record exceeds DynamoDB's item size (`tooLarge`).
 */
export interface RepositoryOutcome {
  readonly result: 'written' | 'current' | 'gone' | 'superseded' | 'contended' | 'tooLarge';
  /** The record in the table now, where that is known. */
  readonly record: RepositoryRecord | undefined;
  /** Whether manifests of what was written are still to be read. */
  readonly isUnfinished?: boolean;
  readonly faults: readonly StorageFault[];
}
