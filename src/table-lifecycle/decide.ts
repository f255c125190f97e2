import type { Marker } from '../dynamodb/state/ownership.ts';
import type { TableRole, TableState } from '../dynamodb/tables/tables.ts';
import { nextDrift } from './drift.ts';
import { firstMarker, markerAfterCreation, newEpoch } from './epoch.ts';
import { isUsable, type TablesObservation } from './observation.ts';
import { describeOwner, isRecordedTable, ownershipOf, sameOwner } from './ownership.ts';
import { refuse, type TablesStep, updateMarker, wait } from './step.ts';

const OWNER_RENEWAL_MS = 60 * 60 * 1_000;
const OWNER_GONE_MS = 24 * OWNER_RENEWAL_MS;

type Rule = (seen: TablesObservation) => TablesStep | undefined;

/**
 * The one next step for the two tables. The first rule that gives a step decides: ownership comes before action, the
 * version table (which holds the marker) before the repository table, and changes of settings come last.
 */
export function decideTables(seen: TablesObservation): TablesStep {
  for (const rule of RULES) {
    const step = rule(seen);
    if (step) return step;
  }
  return seen.marker.kind === 'ours' ? { do: 'serve', marker: seen.marker.marker } : wait('the version table');
}

const RULES: readonly Rule[] = [
  (seen) => refuseUnusable('version', seen.version),
  (seen) => waitUntilUsable('version', seen.version),
  refuseForeignMarker,
  adoptOrRefuse,
  (seen) => refuseUnusable('repository', seen.repository),
  (seen) => waitUntilUsable('repository', seen.repository),
  leaveForeignTable,
  createVersionTable,
  claimVersionTable,
  claimRepositoryTable,
  beginWithOtherTable,
  createRepositoryTable,
  beginWithOtherSource,
  renewOwnership,
  nextDrift,
];

function refuseUnusable(role: TableRole, table: TableState): TablesStep | undefined {
  if (table.kind === 'missing') return undefined;
  if (table.status === 'archived')
    return refuse(
      'TableArchived',
      `the ${role} table is archived; restore it from its backup, or delete it to have it made and filled again`,
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

function waitUntilUsable(role: TableRole, table: TableState): TablesStep | undefined {
  if (table.kind === 'missing' || isUsable(table.status)) return undefined;
  return wait(`the ${role} table, which is ${table.status}`);
}

/**
 * Leaves a repository table as it is that says that it is not ours. If our marker says otherwise, the marker is corrected
 * first, so that no worker or replica of ours uses that table any longer.
 */
function leaveForeignTable(seen: TablesObservation): TablesStep | undefined {
  const ownership = ownershipOf(seen);
  if (ownership.kind !== 'foreign') return undefined;
  const { marker: state, nowMs } = seen;
  if (state.kind === 'ours' && !isFirstCreation(state.marker)) {
    const next: Marker = { ...newEpoch(state.marker, nowMs), repositoryTable: undefined, intent: 'creating' };
    return updateMarker(state.marker, next, 'TableTaken');
  }
  return refuse('OwnedByOther', ownership.message);
}

/**
 * Without a version table nothing says how far a repository table is filled, unless our status has its identity. A wrong
 * "missing" (DescribeTable is eventually consistent) does no harm: CreateTable refuses to create a table that exists.
 */
function createVersionTable(seen: TablesObservation): TablesStep | undefined {
  if (seen.version.kind === 'present') return undefined;
  return mayStart(seen) ? { do: 'createTable', role: 'version' } : refuseLost(seen);
}

function claimVersionTable(seen: TablesObservation): TablesStep | undefined {
  if (seen.marker.kind !== 'none') return undefined;
  return mayStart(seen) ? { do: 'claim', marker: firstMarker(seen) } : refuseLost(seen);
}

function mayStart(seen: TablesObservation): boolean {
  return seen.repository.kind === 'missing' || isRecordedTable(seen);
}

/** The repository table is ours, but everything else is lost: nothing says of which epochs its records are. */
function refuseLost({ claim }: TablesObservation): TablesStep {
  const { repositoryTable } = claim;
  return refuse(
    'NotOurs',
    `table ${repositoryTable} is of this RegistryIndex, but the version table that told how far it was filled is gone; delete it, and it is made and filled again from the bucket`,
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

function adoptOrRefuse(seen: TablesObservation): TablesStep | undefined {
  if (seen.marker.kind !== 'ours') return undefined;
  const { marker } = seen.marker;
  const { owner, adoptIfOwnerGone } = seen.claim;
  if (sameOwner(marker.owner, owner)) return undefined;
  const unseen = seen.nowMs - marker.ownerSeenAtMs > OWNER_GONE_MS;
  if (unseen && adoptIfOwnerGone && !seen.ownerIsHere)
    return updateMarker(marker, { ...marker, owner, ownerSeenAtMs: seen.nowMs }, 'Adopted');
  return refuse('OwnedByOther', `the tables belong to ${describeOwner(marker.owner)}; ${wayOut(unseen, seen)}`);
}

function wayOut(unseen: boolean, { claim, ownerIsHere }: TablesObservation): string {
  if (!unseen) return 'choose another database, or delete that RegistryIndex and its tables';
  return claim.adoptIfOwnerGone && ownerIsHere
    ? 'it is a resource of this cluster, suspended or not, and its tables are taken over only when it is deleted'
    : 'its owner was not seen for over a day: set adoptionPolicy to IfOwnerGone to take it over';
}

/** Nothing is done with a table before the table itself says that it is ours. */
function claimRepositoryTable(seen: TablesObservation): TablesStep | undefined {
  const ownership = ownershipOf(seen);
  if (ownership.kind === 'claimable') return { do: 'claimTable', seen: ownership.seen, identity: ownership.identity };
  const isThere = seen.repository.kind === 'present';
  return isThere && ownership.kind === 'unknown' ? wait('the repository table to say whose it is') : undefined;
}

/**
 * Begins the next epoch for a repository table that is not the one of this epoch: we created it and could not write that
 * down any more, or somebody handed it over to us.
 */
function beginWithOtherTable({ marker: state, repository, nowMs }: TablesObservation): TablesStep | undefined {
  if (state.kind !== 'ours' || repository.kind === 'missing') return undefined;
  const { marker } = state;
  const { identity } = repository;
  if (identity === marker.repositoryTable || isFirstCreation(marker)) return undefined;
  const next: Marker = { ...newEpoch(marker, nowMs), repositoryTable: identity, intent: 'none' };
  return updateMarker(marker, next, marker.intent === 'creating' ? 'TableDeleted' : 'TableReplaced');
}

/**
 * Creates a repository table that is missing. "Missing" may be wrong, because DescribeTable is eventually consistent:
 * CreateTable then refuses, the old table shows again, and no epoch was begun. The identity that CreateTable answers
 * proves that the table is ours, even if we end before we can write a claim into it.
 */
function createRepositoryTable({ marker: state, repository, nowMs }: TablesObservation): TablesStep | undefined {
  if (state.kind !== 'ours') return undefined;
  const { marker } = state;
  if (repository.kind === 'missing')
    return marker.intent === 'creating'
      ? { do: 'createTable', role: 'repository', seen: marker, next: markerAfterCreation(marker, nowMs) }
      : updateMarker(marker, { ...marker, intent: 'creating' }, 'TableMissing');
  if (marker.intent !== 'creating') return undefined;
  const reason = marker.complete ? 'Changed' : 'TablesCreated';
  return updateMarker(marker, { ...marker, repositoryTable: repository.identity, intent: 'none' }, reason);
}

/** Whether the marker announces the first repository table, so that nothing was filled that could be lost. */
function isFirstCreation({ intent, repositoryTable: created }: Marker): boolean {
  return intent === 'creating' && created === undefined;
}

function beginWithOtherSource({ marker, claim, nowMs }: TablesObservation): TablesStep | undefined {
  if (marker.kind !== 'ours' || marker.marker.source === claim.source) return undefined;
  return updateMarker(marker.marker, { ...newEpoch(marker.marker, nowMs), source: claim.source }, 'SourceChanged');
}

function renewOwnership({ marker, nowMs }: TablesObservation): TablesStep | undefined {
  if (marker.kind !== 'ours' || nowMs - marker.marker.ownerSeenAtMs < OWNER_RENEWAL_MS) return undefined;
  return updateMarker(marker.marker, { ...marker.marker, ownerSeenAtMs: nowMs }, 'Renewed');
}
