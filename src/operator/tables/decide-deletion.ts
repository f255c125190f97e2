import type { TableRole, TableState } from '../../index/tables.ts';
import { firstMarker } from './epoch.ts';
import { isUsable, type TablesObservation } from './observation.ts';
import { sameOwner } from './owner.ts';
import { refuse, say, type TablesStep, wait } from './step.ts';

export type DeletionStep =
  | Extract<TablesStep, { do: 'wait' | 'refuse' | 'claim' | 'updateMarker' }>
  | { readonly do: 'deleteTable'; readonly role: TableRole }
  /** Nothing of ours is left (or the tables are somebody else's, and stay). */
  | { readonly do: 'gone' };

type PresentTable = Extract<TableState, { kind: 'present' }>;

/**
 * The next step of taking our tables away. The version table goes last: while it stands, its marker says whose the
 * repository table is, so that a restart at any line finds its way.
 */
export function decideDeletion(seen: TablesObservation): DeletionStep {
  const { version, repository, known } = seen;
  if (version.kind === 'missing') {
    const ours = repository.kind === 'present' && repository.identity === known.repositoryTable;
    return ours ? deleteTable('repository', repository) : { do: 'gone' };
  }
  if (version.status === 'archived' || version.status === 'inaccessible') return refuseUnreadable(version);
  if (!isUsable(version.status)) return waiting(version);
  return withMarker(seen, version);
}

function withMarker(seen: TablesObservation, version: PresentTable): DeletionStep {
  const { repository, marker: state, claim } = seen;
  if (state.kind === 'none' && version.schemaFits) return withoutMarker(seen);
  if (state.kind !== 'ours' || !sameOwner(state.marker.owner, claim.owner)) return { do: 'gone' };
  const { marker } = state;
  if (marker.intent !== 'deleting') return say(marker, { ...marker, intent: 'deleting' }, 'Deleting');
  const ours =
    repository.kind === 'present' &&
    (marker.repositoryTable === undefined || repository.identity === marker.repositoryTable);
  return ours ? deleteTable('repository', repository) : deleteTable('version', version);
}

/**
 * A version table that we had begun to make and not claimed yet. It is claimed before it is deleted, as every table is:
 * should somebody else have claimed it meanwhile, it stays.
 */
function withoutMarker(seen: TablesObservation): DeletionStep {
  const { repository, known } = seen;
  const alone = repository.kind === 'missing' || repository.identity === known.repositoryTable;
  return alone ? { do: 'claim', marker: firstMarker(seen) } : { do: 'gone' };
}

function deleteTable(role: TableRole, table: PresentTable): DeletionStep {
  const busy = table.status === 'creating' || table.status === 'updating' || table.status === 'deleting';
  return busy ? waiting(table) : { do: 'deleteTable', role };
}

function waiting({ status }: PresentTable): DeletionStep {
  return wait(`a table that is ${status}`);
}

/** The marker cannot be read, so nothing proves that the tables are ours. */
function refuseUnreadable({ status }: PresentTable): DeletionStep {
  const message = `the version table is ${status}, so that nothing says whose the tables are; delete both by hand`;
  return refuse('VersionTableUnreadable', message);
}
