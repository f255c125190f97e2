import type { Marker } from '../dynamodb/state/marker.ts';
import type { TableRole, TableState } from '../dynamodb/tables/tables.ts';
import { firstMarker } from './epoch.ts';
import { isUsable, type TablesObservation } from './observation.ts';
import { sameOwner } from './owner.ts';
import { isProven, standingOf } from './ownership.ts';
import { refuse, say, type TablesStep, wait } from './step.ts';

export type DeletionStep =
  | Extract<TablesStep, { do: 'wait' | 'refuse' | 'claim' | 'claimTable' | 'updateMarker' }>
  /** Only that very table, only while it is still to be deleted: `deleteTables` looks once more right before. */
  | {
      readonly do: 'deleteTable';
      readonly role: TableRole;
      readonly identity: string;
      /** A table that we had announced may be there though it does not show yet; nobody would know it after this. */
      readonly doubtful: boolean;
    }
  /** Nothing of ours is left (or the tables are somebody else's, and stay). */
  | { readonly do: 'gone' };

type PresentTable = Extract<TableState, { kind: 'present' }>;

/**
 * The next step of taking our tables away. The repository table goes only while it says itself that it is ours, and the
 * version table goes last: while it stands, its marker says what is going on, so that a restart at any line finds its way.
 */
export function decideDeletion(seen: TablesObservation): DeletionStep {
  const { version, known } = seen;
  if (version.kind === 'missing') return deleteRepository(seen, known.repositoryTable) ?? { do: 'gone' };
  if (version.status === 'archived' || version.status === 'inaccessible') return refuseUnreadable('version', version);
  if (!isUsable(version.status)) return waiting('version', version);
  return withMarker(seen, version);
}

function withMarker(seen: TablesObservation, version: PresentTable): DeletionStep {
  const { marker: state, claim } = seen;
  if (state.kind === 'none' && version.schemaFits) return withoutMarker(seen, version);
  if (state.kind !== 'ours' || !sameOwner(state.marker.owner, claim.owner)) return { do: 'gone' };
  const { marker } = state;
  if (marker.intent !== 'deleting') return say(marker, announced(seen, marker), 'Deleting');
  const { repositoryTable: recorded } = marker;
  const step = deleteRepository(seen, recorded);
  if (step?.do === 'deleteTable' && recorded === undefined)
    return say(marker, { ...marker, repositoryTable: step.identity }, 'Changed');
  const doubtful = recorded === undefined && seen.repository.kind === 'missing';
  return step ?? deleteTable('version', version, doubtful);
}

/**
 * A table that was being made may be there already, and the marker not know it: no identity stands for such a one. It
 * is written down before it is deleted, so that one that somebody else makes after it is not taken for it.
 */
function announced(seen: TablesObservation, marker: Marker): Marker {
  const isMaking = marker.intent === 'creating' && !isProven(seen);
  return { ...marker, intent: 'deleting', repositoryTable: isMaking ? undefined : marker.repositoryTable };
}

/** Undefined where there is no repository table of ours. Tags may be those of the table before, for seconds. */
function deleteRepository(seen: TablesObservation, recorded: string | undefined): DeletionStep | undefined {
  const { repository } = seen;
  if (repository.kind === 'missing') return undefined;
  const { status, identity, schemaFits } = repository;
  if (status === 'creating' || status === 'updating' || status === 'deleting') return waiting('repository', repository);
  const standing = standingOf(seen);
  if (standing.kind === 'claimable') return { do: 'claimTable', seen: standing.seen, identity };
  if (standing.kind === 'unknown') return schemaFits ? refuseUnreadable('repository', repository) : undefined;
  const isOurs = standing.kind === 'ours' && (recorded === undefined || recorded === identity);
  return isOurs ? deleteTable('repository', repository) : undefined;
}

/**
 * A version table that we have made and not claimed yet. It is claimed before it is deleted, as every table is: should
 * somebody else have claimed it meanwhile, it stays.
 */
function withoutMarker(seen: TablesObservation, { identity }: PresentTable): DeletionStep {
  return identity === seen.known.versionTable ? { do: 'claim', marker: firstMarker(seen) } : { do: 'gone' };
}

function deleteTable(role: TableRole, table: PresentTable, doubtful = false): DeletionStep {
  const busy = table.status === 'creating' || table.status === 'updating' || table.status === 'deleting';
  return busy ? waiting(role, table) : { do: 'deleteTable', role, identity: table.identity, doubtful };
}

function waiting(role: TableRole, { status }: PresentTable): DeletionStep {
  return wait(`the ${role} table, which is ${status}`);
}

/** What a table that cannot be asked says of its owner is not known, so nothing proves that the tables are ours. */
function refuseUnreadable(role: TableRole, { status }: PresentTable): DeletionStep {
  const message = `the ${role} table is ${status}, so that nothing says whose the tables are; delete both by hand`;
  return refuse(role === 'version' ? 'VersionTableUnreadable' : 'RepositoryTableUnreadable', message);
}
