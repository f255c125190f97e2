import type { StorageFault } from '../../api/fault.ts';
import type { RepositoryRecord } from '../../dynamodb/records/record.ts';
import type { RecordStore } from '../../dynamodb/records/record-store.ts';
import type { Layout } from '../../storage/layout.ts';
import type { ArtefactReader } from '../artefacts/reader.ts';

export interface IndexerDeps {
  readonly layout: Layout;
  readonly artefacts: ArtefactReader;
  readonly records: RecordStore;
  /** The build of the tables that is written. */
  readonly epoch: number;
  /** Uniform in [0, 1), for jitter. */
  readonly random?: () => number;
}

/**
 * What became of one repository: its record was `written`, what is stored is `current` already, it is `gone`; or it was
 * left as it is, because a later build of the tables has begun (`superseded`), others kept writing it (`contended`),
 * or its record would not fit (`tooLarge`).
 */
export interface RepositoryOutcome {
  readonly result: 'written' | 'current' | 'gone' | 'superseded' | 'contended' | 'tooLarge';
  /** What the table holds now, where that is known. */
  readonly record: RepositoryRecord | undefined;
  /** Whether manifests of what was written are still to be read. */
  readonly isUnfinished?: boolean;
  readonly faults: readonly StorageFault[];
}
