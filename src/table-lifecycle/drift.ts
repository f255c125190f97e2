import type { TableChange, TableRole, TableState } from '../dynamodb/tables/tables.ts';
import type { TablesObservation } from './observation.ts';
import { say, type TablesStep } from './step.ts';

interface Drift {
  readonly role: TableRole;
  readonly change: TableChange;
}

/**
 * Brings one managed setting after the other to what the resource says, each announced by an intent in the marker.
 * DynamoDB takes one change at a time, and only of an active table.
 */
export function nextDrift({ version, repository, marker, setAside }: TablesObservation): TablesStep | undefined {
  if (marker.kind !== 'ours') return undefined;
  const seen = marker.marker;
  const drift = [...driftOf('version', version), ...driftOf('repository', repository)].find(
    ({ role, change }) => !setAside.has(`${role}/${change}`),
  );
  if (drift) {
    return seen.intent === 'changing'
      ? { do: 'changeTable', ...drift }
      : say(seen, { ...seen, intent: 'changing' }, 'Changing');
  }
  return seen.intent === 'none' ? undefined : say(seen, { ...seen, intent: 'none' }, 'Changed');
}

function driftOf(role: TableRole, table: TableState): Drift[] {
  if (table.kind === 'missing' || table.status !== 'active') return [];
  return table.drift.map((change) => ({ role, change }));
}
