import type { TableSettings } from '../../../src/dynamodb/tables/tables.ts';

/** Settings of tables of which none is managed but the owner. */
export function unmanagedTables(versionTable: string): TableSettings {
  return {
    billing: undefined,
    pointInTimeRecovery: undefined,
    deletionProtection: undefined,
    kmsKey: undefined,
    tags: {},
    claim: { owner: { cluster: 'c-1', namespace: 'registries', name: 'main' }, versionTable },
  };
}
