import type { TableRole } from '../../index/tables.ts';
import { isUsable, type TablesObservation } from './observation.ts';
import { sameOwner } from './owner.ts';
import { say, type TablesStep, wait } from './step.ts';

export type DeletionStep =
  | Extract<TablesStep, { do: 'wait' | 'updateMarker' }>
  | { readonly do: 'deleteTable'; readonly role: TableRole }
  /** Nothing of ours is left (or the tables are somebody else's, and stay). */
  | { readonly do: 'gone' };

/**
 * The next step of taking our tables away. The version table goes last: while it stands, its marker says whose the
 * repository table is, so that a restart at any line finds its way.
 */
export function decideDeletion(seen: TablesObservation): DeletionStep {
  const { version, repository, known } = seen;
  if (version.kind === 'missing') {
    const ours = repository.kind === 'present' && repository.identity === known.repositoryTable;
    return ours ? deleteTable('repository', repository.status) : { do: 'gone' };
  }
  if (!isUsable(version.status)) return waiting(version.status);
  return withMarker(seen);
}

function withMarker({ version, repository, marker: state, claim }: TablesObservation): DeletionStep {
  if (state.kind !== 'ours' || !sameOwner(state.marker.owner, claim.owner)) return { do: 'gone' };
  const { marker } = state;
  if (marker.intent !== 'deleting') return say(marker, { ...marker, intent: 'deleting' }, 'Deleting');
  const ours =
    repository.kind === 'present' &&
    (marker.repositoryTable === undefined || repository.identity === marker.repositoryTable);
  if (ours) return deleteTable('repository', repository.status);
  return version.kind === 'present' ? deleteTable('version', version.status) : { do: 'gone' };
}

function deleteTable(role: TableRole, status: string): DeletionStep {
  return status === 'active' || status === 'inaccessible' ? { do: 'deleteTable', role } : waiting(status);
}

function waiting(status: string): DeletionStep {
  return wait(`a table that is ${status}`);
}
