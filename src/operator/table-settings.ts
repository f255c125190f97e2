import type { RegistryIndexSpec } from '../api/generated.ts';
import { GROUP } from '../api/registry-index.ts';
import type { Owner } from '../index/marker.ts';
import type { Billing, TableSettings } from '../index/tables.ts';

/** How the resource wants its tables: its own settings, and tags that name the owner to whoever looks at the tables. */
export function tableSettings({ dynamodb }: RegistryIndexSpec, owner: Owner): TableSettings {
  return {
    billing: billingOf(dynamodb?.billing),
    pointInTimeRecovery: dynamodb?.pointInTimeRecovery,
    deletionProtection: dynamodb?.deletionProtection,
    kmsKey: dynamodb?.kmsKey,
    tags: {
      ...dynamodb?.tags,
      [`${GROUP}/cluster`]: owner.cluster,
      [`${GROUP}/namespace`]: owner.namespace,
      [`${GROUP}/name`]: owner.name,
    },
  };
}

function billingOf(billing: NonNullable<RegistryIndexSpec['dynamodb']>['billing']): Billing | undefined {
  if (!billing) return undefined;
  const { mode, readUnits, writeUnits, warmThroughput } = billing;
  if (mode === 'OnDemand' || readUnits === undefined || writeUnits === undefined)
    return { mode: 'OnDemand', warmThroughput };
  return { mode, readUnits, writeUnits };
}
