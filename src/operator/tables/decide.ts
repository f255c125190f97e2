import type { Marker } from '../../index/marker.ts';
import type { TableRole, TableState } from '../../index/tables.ts';
import { nextDrift } from './drift.ts';
import { firstMarker, newEpoch } from './epoch.ts';
import { isUsable, type TablesObservation } from './observation.ts';
import { sameOwner } from './owner.ts';
import { refuse, say, type TablesStep, wait } from './step.ts';

const OWNER_RENEWAL_MS = 60 * 60 * 1_000;
const OWNER_GONE_MS = 24 * OWNER_RENEWAL_MS;

type PresentTable = Extract<TableState, { kind: 'present' }>;
type Rule = (seen: TablesObservation) => TablesStep | undefined;

/**
 * The one next step for the two tables. Rules are asked in order and the first that answers decides: ownership before
 * action, the version table (which holds the marker) before the repository table, changes of settings last.
 */
export function decideTables(seen: TablesObservation): TablesStep {
  for (const rule of RULES) {
    const step = rule(seen);
    if (step) return step;
  }
  return seen.marker.kind === 'ours' ? { do: 'serve', marker: seen.marker.marker } : wait('the version table');
}

const RULES: readonly Rule[] = [
  (seen) => needsHuman('version', seen.version),
  (seen) => inTransit('version', seen.version),
  refuseForeignMarker,
  ownerIsAnother,
  (seen) => needsHuman('repository', seen.repository),
  versionTable,
  firstClaim,
  repositoryTableReplaced,
  (seen) => inTransit('repository', seen.repository),
  repositoryTable,
  otherSource,
  renewOwnership,
  nextDrift,
];

function needsHuman(role: TableRole, table: TableState): TablesStep | undefined {
  if (table.kind === 'missing') return undefined;
  if (table.status === 'archived')
    return refuse(
      'TableArchived',
      `the ${role} table is archived; restore it from its backup, or delete it to have it made and filled anew`,
    );
  if (table.status === 'inaccessible')
    return refuse(
      'KeyInaccessible',
      `the ${role} table's encryption key cannot be used; give the key back to DynamoDB`,
    );
  if (isUsable(table.status) && !table.schemaFits)
    return refuse(
      'SchemaMismatch',
      `a table with the name of the ${role} table exists with other keys; choose another database or ${role}Table name, or delete that table`,
    );
  return undefined;
}

function inTransit(role: TableRole, table: TableState): TablesStep | undefined {
  if (table.kind === 'missing' || isUsable(table.status)) return undefined;
  return wait(`the ${role} table, which is ${table.status}`);
}

/**
 * Without a version table nothing says whose a repository table is, unless it is the very table that our status knows.
 * A wrong "missing" (DescribeTable is eventually consistent) does no harm: CreateTable refuses where the table exists.
 */
function versionTable({ version, repository, known }: TablesObservation): TablesStep | undefined {
  if (version.kind === 'present') return undefined;
  const ours = repository.kind === 'missing' || repository.identity === known.repositoryTable;
  return ours ? { do: 'createTable', role: 'version' } : orphan(repository);
}

/** A repository table that nothing says to be ours; often one that somebody is just deleting together with the other. */
function orphan({ status }: PresentTable): TablesStep {
  if (status === 'deleting') return wait('the repository table, which is deleting');
  return refuse(
    'NotOurs',
    'the repository table exists, but no version table says whose it is; delete it, or choose another database',
  );
}

function refuseForeignMarker({ marker }: TablesObservation): TablesStep | undefined {
  if (marker.kind === 'legacy')
    return refuse(
      'LegacyTables',
      'these are tables of docker-registry-index-dynamodb (schema version 1); stop it, then delete both tables or choose another database: nothing is lost, the bucket has it all',
    );
  if (marker.kind === 'foreign') return refuse('NotOurs', `the version table is not one of ours: ${marker.why}`);
  return undefined;
}

function firstClaim(seen: TablesObservation): TablesStep | undefined {
  const { marker, repository, known } = seen;
  if (marker.kind !== 'none') return undefined;
  if (repository.kind === 'present' && repository.identity !== known.repositoryTable) return orphan(repository);
  return { do: 'claim', marker: firstMarker(seen) };
}

function ownerIsAnother(seen: TablesObservation): TablesStep | undefined {
  if (seen.marker.kind !== 'ours') return undefined;
  const { marker } = seen.marker;
  const { owner, adoptIfOwnerGone } = seen.claim;
  if (sameOwner(marker.owner, owner)) return undefined;
  const gone = seen.nowMs - marker.ownerSeenAtMs > OWNER_GONE_MS;
  if (gone && adoptIfOwnerGone) return say(marker, { ...marker, owner, ownerSeenAtMs: seen.nowMs }, 'Adopted');
  const { cluster, namespace, name } = marker.owner;
  const way = gone
    ? `its owner was not seen for over a day: set adoptionPolicy to IfOwnerGone to take it over`
    : 'choose another database, or delete that RegistryIndex and its tables';
  return refuse(
    'OwnedByOther',
    `the tables belong to RegistryIndex ${namespace}/${name} of cluster ${cluster}; ${way}`,
  );
}

/**
 * Another repository table than the epoch was filled into: made by us after the old one had gone, restored, or swapped.
 * Decided while it is still being made, so that no worker of the epoch before and no replica takes it for the old one.
 */
function repositoryTableReplaced({ marker: state, repository, nowMs }: TablesObservation): TablesStep | undefined {
  if (state.kind !== 'ours' || repository.kind === 'missing' || repository.status === 'deleting') return undefined;
  const { marker } = state;
  const { identity } = repository;
  if (identity === marker.repositoryTable || isFirstMaking(marker)) return undefined;
  const next: Marker = { ...newEpoch(marker, nowMs), repositoryTable: identity, intent: 'none' };
  return say(marker, next, marker.intent === 'creating' ? 'TableDeleted' : 'TableReplaced');
}

/**
 * Makes a repository table that is missing. That it is missing may be wrong, because DescribeTable is eventually
 * consistent; CreateTable then refuses, the old table shows again, and nothing has been begun anew.
 */
function repositoryTable({ marker: state, repository }: TablesObservation): TablesStep | undefined {
  if (state.kind !== 'ours') return undefined;
  const { marker } = state;
  if (repository.kind === 'missing')
    return marker.intent === 'creating'
      ? { do: 'createTable', role: 'repository' }
      : say(marker, { ...marker, intent: 'creating' }, 'TableMissing');
  if (!isFirstMaking(marker)) return undefined;
  return say(marker, { ...marker, repositoryTable: repository.identity, intent: 'none' }, 'TablesCreated');
}

/** The marker announces the first repository table of its epoch: nothing was filled that could be lost. */
function isFirstMaking({ intent, repositoryTable: made }: Marker): boolean {
  return intent === 'creating' && made === undefined;
}

function otherSource({ marker, claim, nowMs }: TablesObservation): TablesStep | undefined {
  if (marker.kind !== 'ours' || marker.marker.source === claim.source) return undefined;
  return say(marker.marker, { ...newEpoch(marker.marker, nowMs), source: claim.source }, 'SourceChanged');
}

function renewOwnership({ marker, nowMs }: TablesObservation): TablesStep | undefined {
  if (marker.kind !== 'ours' || nowMs - marker.marker.ownerSeenAtMs < OWNER_RENEWAL_MS) return undefined;
  return say(marker.marker, { ...marker.marker, ownerSeenAtMs: nowMs }, 'Renewed');
}
