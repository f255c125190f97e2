import type { RegistryIndexSpec, RegistryIndexStatus } from '../../../src/api/generated.ts';
import { API_VERSION, KIND, type RegistryIndex, type ResourceMetadata } from '../../../src/api/registry-index.ts';
import type { ClaimState } from '../../../src/dynamodb/state/claim.ts';
import type { OwnershipRecord, TableClaim } from '../../../src/dynamodb/state/ownership.ts';
import type { TableState } from '../../../src/dynamodb/tables/tables.ts';
import type { TablesObservation } from '../../../src/table-lifecycle/observation.ts';

export const NOW_MS = Date.parse('2026-03-01T12:00:00Z');
export const OWNER = { cluster: 'cluster-uid', namespace: 'team', name: 'images' };
export const VERSION_TABLE = 'docker-registry-version';
/** Of our resource. */
export const CLAIM: TableClaim = { owner: OWNER, versionTable: VERSION_TABLE };
export const SOURCE = 's3://my-registry#Auto';

export interface Resource {
  readonly spec?: Partial<RegistryIndexSpec>;
  readonly status?: RegistryIndexStatus;
  readonly metadata?: Partial<ResourceMetadata>;
}

/** A RegistryIndex as the API server gives it, in generation 3. */
export function registryIndex({ spec, status, metadata }: Resource = {}): RegistryIndex {
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: {
      name: OWNER.name,
      namespace: OWNER.namespace,
      uid: 'resource-uid',
      generation: 3,
      resourceVersion: '7',
      creationTimestamp: '2026-03-01T00:00:00Z',
      ...metadata,
    },
    spec: { database: 'docker-registry', region: 'eu-west-1', bucket: 'my-registry', ...spec },
    ...(status ? { status } : {}),
  };
}

/** Our ownership record of epoch 4, filled and left in peace. */
export function ownership(fields: Partial<OwnershipRecord> = {}): OwnershipRecord {
  return {
    owner: OWNER,
    ownerSeenAtMs: NOW_MS,
    epoch: 4,
    repositoryTable: 'repository-1',
    source: SOURCE,
    feedShards: 8,
    intent: 'none',
    complete: true,
    refill: false,
    startedAtMs: NOW_MS - 1_000,
    completedAtMs: NOW_MS,
    nudgeKey: 'a-key',
    ...fields,
  };
}

type PresentTable = Extract<TableState, { kind: 'present' }>;

export const missing: TableState = { kind: 'missing' };

export function table(identity: string, fields: Partial<PresentTable> = {}): PresentTable {
  return { kind: 'present', status: 'active', identity, schemaFits: true, drift: [], tags: {}, ...fields };
}

/** What a repository table says that has this claim, in its tags. */
export function said({ owner, versionTable }: TableClaim, by: 'tags' | 'item' = 'tags'): ClaimState {
  const { cluster, namespace, name } = owner;
  return { kind: 'said', says: { cluster, namespace, name, versionTable }, by, place: by };
}

/** Both tables there, ours, and as they should be. */
export function observation(fields: Partial<TablesObservation> = {}): TablesObservation {
  return {
    version: table('version-1'),
    repository: table('repository-1'),
    ownership: { kind: 'ours', ownership: ownership() },
    claimed: said(CLAIM),
    known: { repositoryTable: 'repository-1', versionTable: 'version-1', epoch: 4, completedOnce: true },
    wanted: {
      ...CLAIM,
      repositoryTable: 'docker-registry-repository',
      source: SOURCE,
      adoptIfOwnerGone: false,
      feedShards: 8,
    },
    ownerIsHere: false,
    suppressed: new Set(),
    nowMs: NOW_MS,
    newNudgeKey: 'another-key',
    ...fields,
  };
}

/** What a resource knows that was just applied for the first time. */
export const nothingKnown = { repositoryTable: undefined, versionTable: undefined, epoch: 0, completedOnce: false };
