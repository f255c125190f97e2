import type { RegistryIndexSpec } from '../api/generated.ts';
import type { TableClaim } from '../dynamodb/state/claim.ts';
import type { Billing, TableSettings } from '../dynamodb/tables/tables.ts';

/** How the resource wants its tables, and whose they are to be. */
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
  const { mode, readUnits, writeUnits, warmThroughput } = billing;
  if (mode === 'OnDemand' || readUnits === undefined || writeUnits === undefined)
    return { mode: 'OnDemand', warmThroughput };
  return { mode, readUnits, writeUnits };
}
