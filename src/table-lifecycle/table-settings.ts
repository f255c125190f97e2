import type { RegistryIndexSpec } from '../api/generated.ts';
import type { TableClaim } from '../dynamodb/state/ownership.ts';
import type { Billing, TableChange, TableRole, TableSettings, TableState } from '../dynamodb/tables/tables.ts';
import type { TablesObservation } from './observation.ts';
import { type TablesStep, updateOwnership } from './step.ts';

/** The settings that the resource asks for, and the owner that the tables are created for. */
export function tableSettings({ dynamodb }: RegistryIndexSpec, claim: TableClaim): TableSettings {
  return {
    billing: billingOf(dynamodb?.billing),
    pointInTimeRecovery: dynamodb?.pointInTimeRecovery,
    deletionProtection: dynamodb?.deletionProtection,
    kmsKey: dynamodb?.kmsKey,
    tags: dynamodb?.tags ?? {},
    claim,
  };
}

function billingOf(billing: NonNullable<RegistryIndexSpec['dynamodb']>['billing']): Billing | undefined {
  if (!billing) return undefined;
  const { mode, readUnits, writeUnits, warmThroughput, maxReadRequestUnits, maxWriteRequestUnits } = billing;
  if (mode === 'OnDemand' || readUnits === undefined || writeUnits === undefined) {
    const maximum = {
      ...(maxReadRequestUnits === undefined ? {} : { readUnits: maxReadRequestUnits }),
      ...(maxWriteRequestUnits === undefined ? {} : { writeUnits: maxWriteRequestUnits }),
    };
    return { mode: 'OnDemand', warmThroughput, ...(Object.keys(maximum).length === 0 ? {} : { maximum }) };
  }
  return { mode, readUnits, writeUnits };
}

interface RoleChange {
  readonly role: TableRole;
  readonly change: TableChange;
}

/**
 * The next change that brings the managed settings to what the resource says, announced by an intent in the ownership
 * record. DynamoDB takes one change at a time, and only of an active table.
 */
export function nextChange({ version, repository, ownership, suppressed }: TablesObservation): TablesStep | undefined {
  if (ownership.kind !== 'ours') return undefined;
  const seen = ownership.ownership;
  const next = [...changesOf('version', version), ...changesOf('repository', repository)].find(
    ({ role, change }) => !suppressed.has(`${role}/${change}`),
  );
  if (next) {
    return seen.intent === 'changing'
      ? { do: 'changeTable', ...next }
      : updateOwnership(seen, { ...seen, intent: 'changing' }, 'Changing');
  }
  return seen.intent === 'none' ? undefined : updateOwnership(seen, { ...seen, intent: 'none' }, 'Changed');
}

function changesOf(role: TableRole, table: TableState): RoleChange[] {
  if (table.kind === 'missing' || table.status !== 'active') return [];
  return table.drift.map((change) => ({ role, change }));
}
