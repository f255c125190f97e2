import type { Marker } from '../dynamodb/state/marker.ts';
import type { TableRole, TableState } from '../dynamodb/tables/tables.ts';
import { nextDrift } from './drift.ts';
import { firstMarker, markerOfMaking, newEpoch } from './epoch.ts';
import { isUsable, type TablesObservation } from './observation.ts';
import { describeOwner, sameOwner } from './owner.ts';
import { isProven, standingOf } from './ownership.ts';
import { refuse, say, type TablesStep, wait } from './step.ts';

const OWNER_RENEWAL_MS = 60 * 60 * 1_000;
const OWNER_GONE_MS = 24 * OWNER_RENEWAL_MS;

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
  (seen) => inTransit('repository', seen.repository),
  foreignTable,
  versionTable,
  firstClaim,
  claimTable,
  otherTable,
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
 * A repository table that is not ours by its own word is left as it is; where our marker says otherwise it is corrected
 * first, so that no worker or replica of ours uses that table any longer.
 */
function foreignTable(seen: TablesObservation): TablesStep | undefined {
  const standing = standingOf(seen);
  if (standing.kind !== 'foreign') return undefined;
  const { marker: state, nowMs } = seen;
  if (state.kind === 'ours' && !isFirstMaking(state.marker)) {
    const next: Marker = { ...newEpoch(state.marker, nowMs), repositoryTable: undefined, intent: 'creating' };
    return say(state.marker, next, 'TableTaken');
  }
  return refuse('OwnedByOther', standing.message);
}

/**
 * Without a version table nothing says how far a repository table is filled, unless our status knows that very table. A
 * wrong "missing" (DescribeTable is eventually consistent) does no harm: CreateTable refuses where the table exists.
 */
function versionTable(seen: TablesObservation): TablesStep | undefined {
  if (seen.version.kind === 'present') return undefined;
  return mayBegin(seen) ? { do: 'createTable', role: 'version' } : refuseLost(seen);
}

function firstClaim(seen: TablesObservation): TablesStep | undefined {
  if (seen.marker.kind !== 'none') return undefined;
  return mayBegin(seen) ? { do: 'claim', marker: firstMarker(seen) } : refuseLost(seen);
}

function mayBegin(seen: TablesObservation): boolean {
  return seen.repository.kind === 'missing' || isProven(seen);
}

/** Ours by its own word, of a life that left nothing else: its records are of epochs that nobody knows. */
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

function ownerIsAnother(seen: TablesObservation): TablesStep | undefined {
  if (seen.marker.kind !== 'ours') return undefined;
  const { marker } = seen.marker;
  const { owner, adoptIfOwnerGone } = seen.claim;
  if (sameOwner(marker.owner, owner)) return undefined;
  const unseen = seen.nowMs - marker.ownerSeenAtMs > OWNER_GONE_MS;
  if (unseen && adoptIfOwnerGone && !seen.ownerIsHere)
    return say(marker, { ...marker, owner, ownerSeenAtMs: seen.nowMs }, 'Adopted');
  return refuse('OwnedByOther', `the tables belong to ${describeOwner(marker.owner)}; ${wayOut(unseen, seen)}`);
}

function wayOut(unseen: boolean, { claim, ownerIsHere }: TablesObservation): string {
  if (!unseen) return 'choose another database, or delete that RegistryIndex and its tables';
  return claim.adoptIfOwnerGone && ownerIsHere
    ? 'it is a resource of this cluster, suspended or not, and its tables are taken over only when it is deleted'
    : 'its owner was not seen for over a day: set adoptionPolicy to IfOwnerGone to take it over';
}

/** Nothing is done with a table before it says itself that it is ours. */
function claimTable(seen: TablesObservation): TablesStep | undefined {
  const standing = standingOf(seen);
  if (standing.kind === 'claimable') return { do: 'claimTable', seen: standing.seen, identity: standing.identity };
  const isThere = seen.repository.kind === 'present';
  return isThere && standing.kind === 'unknown' ? wait('the repository table to say whose it is') : undefined;
}

/**
 * Another repository table than the epoch was filled into: made by us after the old one had gone, when we could not write
 * that down any more, or handed over to us.
 */
function otherTable({ marker: state, repository, nowMs }: TablesObservation): TablesStep | undefined {
  if (state.kind !== 'ours' || repository.kind === 'missing') return undefined;
  const { marker } = state;
  const { identity } = repository;
  if (identity === marker.repositoryTable || isFirstMaking(marker)) return undefined;
  const next: Marker = { ...newEpoch(marker, nowMs), repositoryTable: identity, intent: 'none' };
  return say(marker, next, marker.intent === 'creating' ? 'TableDeleted' : 'TableReplaced');
}

/**
 * Makes a repository table that is missing. That it is missing may be wrong, because DescribeTable is eventually
 * consistent; CreateTable then refuses, the old table shows again, and nothing has been begun anew. What it answers when
 * it does make one is proof that the table is ours, whatever becomes of us before the table can say so.
 */
function repositoryTable({ marker: state, repository, nowMs }: TablesObservation): TablesStep | undefined {
  if (state.kind !== 'ours') return undefined;
  const { marker } = state;
  if (repository.kind === 'missing')
    return marker.intent === 'creating'
      ? { do: 'createTable', role: 'repository', seen: marker, next: markerOfMaking(marker, nowMs) }
      : say(marker, { ...marker, intent: 'creating' }, 'TableMissing');
  if (marker.intent !== 'creating') return undefined;
  const news = marker.complete ? 'Changed' : 'TablesCreated';
  return say(marker, { ...marker, repositoryTable: repository.identity, intent: 'none' }, news);
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
