import type { MarkerState, MarkerStore, Owner } from '../../index/marker.ts';
import type { TableChange, TableControl, TableRole, TableState } from '../../index/tables.ts';

/** What the resource's status remembers of its tables from earlier passes, operators and lives. */
export interface KnownTables {
  /** Identity of the repository table that was last seen to be ours. */
  readonly repositoryTable: string | undefined;
  readonly epoch: number;
  /** A backfill was complete at some time: search replicas may have something to keep answering from. */
  readonly completedOnce: boolean;
}

/** Who wants the tables, and for what. */
export interface Claim {
  readonly owner: Owner;
  /** Canonical text of the source that the tables are to be filled from. */
  readonly source: string;
  readonly adoptIfOwnerGone: boolean;
  readonly feedShards: number;
}

export interface TablesObservation {
  readonly version: TableState;
  readonly repository: TableState;
  readonly marker: MarkerState;
  readonly known: KnownTables;
  readonly claim: Claim;
  /** Changes that this endpoint refused or does not know; not tried again for a while. */
  readonly setAside: ReadonlySet<ChangeKey>;
  readonly nowMs: number;
}

export type ChangeKey = `${TableRole}/${TableChange}`;

export interface TableServices {
  readonly tables: TableControl;
  readonly marker: MarkerStore;
}

/** The marker can be read only while its table is there to be read. */
export async function observeTables({ tables, marker }: TableServices, signal: AbortSignal) {
  const [version, repository] = await Promise.all([
    tables.describe('version', signal),
    tables.describe('repository', signal),
  ]);
  const readable = version.kind === 'present' && version.schemaFits && isUsable(version.status);
  const state: MarkerState = readable ? await marker.read(signal) : { kind: 'none' };
  return { version, repository, marker: state };
}

/** Whether items can be read and written. A table that is being updated serves as before. */
export function isUsable(status: Extract<TableState, { kind: 'present' }>['status']): boolean {
  return status === 'active' || status === 'updating';
}
