import type { OwnershipRecord } from '../dynamodb/state/ownership.ts';
import { isUsable, type TableRole, type TableState } from '../dynamodb/tables/tables.ts';
import { firstOwnership, newEpoch, ownershipAfterCreation } from './epoch.ts';
import type { TablesObservation } from './observation.ts';
import { claimVerdictOf, describeOwner, isRecordedTable, sameOwner } from './ownership.ts';
import { refuse, type TablesStep, updateOwnership, wait } from './step.ts';
import { nextChange } from './table-settings.ts';

const OWNER_RENEWAL_MS = 60 * 60 * 1_000;
const OWNER_GONE_MS = 24 * OWNER_RENEWAL_MS;

type Rule = (seen: TablesObservation) => TablesStep | undefined;

/**
 * The one next step for the two tables. The first rule that gives a step decides: ownership comes before action, the
 * version table (which holds the ownership record) before the repository table, and changes of settings come last.
 */
export function decideTables(seen: TablesObservation): TablesStep {
  for (const rule of RULES) {
    const step = rule(seen);
    if (step) return step;
  }
  return seen.ownership.kind === 'ours'
    ? { do: 'serve', ownership: seen.ownership.ownership }
    : wait('the version table');
}

const RULES: readonly Rule[] = [
  (seen) => refuseUnusable('version', seen.version),
  (seen) => waitUntilUsable('version', seen.version),
  refuseForeignOwnership,
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
  addNudgeKey,
  writeAccess,
  renewOwnership,
  nextChange,
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
 * Leaves a repository table as it is that says that it is not ours. If our ownership record says otherwise, the
 * ownership record is corrected first, so that no worker or replica of ours uses that table any longer.
 */
function leaveForeignTable(seen: TablesObservation): TablesStep | undefined {
  const verdict = claimVerdictOf(seen);
  if (verdict.kind !== 'foreign') return undefined;
  const { ownership: state, nowMs } = seen;
  if (state.kind === 'ours' && !isFirstCreation(state.ownership)) {
    const next: OwnershipRecord = {
      ...newEpoch(state.ownership, nowMs),
      repositoryTable: undefined,
      intent: 'creating',
    };
    return updateOwnership(state.ownership, next, 'TableTaken');
  }
  return refuse('OwnedByOther', verdict.message);
}

/**
 * Without a version table nothing says how far a repository table is filled, unless our status has its identity. A
 * wrong "missing" (DescribeTable is eventually consistent) does no harm: CreateTable refuses to create a table that
 * exists.
 */
function createVersionTable(seen: TablesObservation): TablesStep | undefined {
  if (seen.version.kind === 'present') return undefined;
  return mayStart(seen) ? { do: 'createTable', role: 'version' } : refuseLost(seen);
}

function claimVersionTable(seen: TablesObservation): TablesStep | undefined {
  if (seen.ownership.kind !== 'none') return undefined;
  return mayStart(seen) ? { do: 'createOwnership', ownership: firstOwnership(seen) } : refuseLost(seen);
}

function mayStart(seen: TablesObservation): boolean {
  return seen.repository.kind === 'missing' || isRecordedTable(seen);
}

/** The repository table is ours, but everything else is lost: nothing says of which epochs its records are. */
function refuseLost({ wanted }: TablesObservation): TablesStep {
  const { repositoryTable } = wanted;
  return refuse(
    'NotOurs',
    `table ${repositoryTable} is of this RegistryIndex, but the version table that recorded how far it was filled is gone; delete it, and it is made and filled again from the bucket`,
  );
}

function refuseForeignOwnership({ ownership }: TablesObservation): TablesStep | undefined {
  if (ownership.kind === 'legacy')
    return refuse(
      'LegacyTables',
      'these are tables of docker-registry-index-dynamodb (schema version 1); stop it, then delete both tables or choose another database: nothing is lost, the bucket has it all',
    );
  if (ownership.kind === 'foreign') return refuse('NotOurs', `the version table is not one of ours: ${ownership.why}`);
  return undefined;
}

function adoptOrRefuse(seen: TablesObservation): TablesStep | undefined {
  if (seen.ownership.kind !== 'ours') return undefined;
  const { ownership } = seen.ownership;
  const { owner, adoptIfOwnerGone } = seen.wanted;
  if (sameOwner(ownership.owner, owner)) return undefined;
  const unseen = seen.nowMs - ownership.ownerSeenAtMs > OWNER_GONE_MS;
  if (unseen && adoptIfOwnerGone && !seen.ownerIsHere)
    return updateOwnership(ownership, adoptedBy(seen, ownership), 'Adopted');
  return refuse('OwnedByOther', `the tables belong to ${describeOwner(ownership.owner)}; ${wayOut(unseen, seen)}`);
}

/** The owner before knew the key, so that it gets another. */
function adoptedBy({ wanted: { owner }, nowMs, newNudgeKey }: TablesObservation, ownership: OwnershipRecord) {
  return { ...ownership, owner, ownerSeenAtMs: nowMs, nudgeKey: newNudgeKey };
}

function wayOut(unseen: boolean, { wanted, ownerIsHere }: TablesObservation): string {
  if (!unseen) return 'choose another database, or delete that RegistryIndex and its tables';
  return wanted.adoptIfOwnerGone && ownerIsHere
    ? 'it is a resource of this cluster, suspended or not, and its tables are taken over only when it is deleted'
    : 'its owner was not seen for over a day: set adoptionPolicy to IfOwnerGone to take it over';
}

/** Nothing is done with a table before the table itself says that it is ours. */
function claimRepositoryTable(seen: TablesObservation): TablesStep | undefined {
  const verdict = claimVerdictOf(seen);
  if (verdict.kind === 'claimable') return { do: 'claimTable', seen: verdict.seen, identity: verdict.identity };
  const isThere = seen.repository.kind === 'present';
  return isThere && verdict.kind === 'unknown' ? wait('the repository table to say whose it is') : undefined;
}

/**
 * Begins the next epoch for a repository table that is not the one of this epoch: we created it and could not write
 * that down any more, or somebody handed it over to us.
 */
function beginWithOtherTable({ ownership: state, repository, nowMs }: TablesObservation): TablesStep | undefined {
  if (state.kind !== 'ours' || repository.kind === 'missing') return undefined;
  const { ownership } = state;
  const { identity } = repository;
  if (identity === ownership.repositoryTable || isFirstCreation(ownership)) return undefined;
  const next: OwnershipRecord = { ...newEpoch(ownership, nowMs), repositoryTable: identity, intent: 'none' };
  return updateOwnership(ownership, next, ownership.intent === 'creating' ? 'TableDeleted' : 'TableReplaced');
}

/**
 * Creates a repository table that is missing. "Missing" may be wrong, because DescribeTable is eventually consistent:
 * CreateTable then refuses, the old table shows again, and no epoch was begun. The identity that CreateTable answers
 * proves that the table is ours, even if we end before we can write a claim into it.
 */
function createRepositoryTable({ ownership: state, repository, nowMs }: TablesObservation): TablesStep | undefined {
  if (state.kind !== 'ours') return undefined;
  const { ownership } = state;
  if (repository.kind === 'missing')
    return ownership.intent === 'creating'
      ? { do: 'createTable', role: 'repository', seen: ownership, next: ownershipAfterCreation(ownership, nowMs) }
      : updateOwnership(ownership, { ...ownership, intent: 'creating' }, 'TableMissing');
  if (ownership.intent !== 'creating') return undefined;
  // Complete tables were not created: their record announced a creation that turned out not to be needed.
  const reason = ownership.complete ? 'Changed' : 'TablesCreated';
  return updateOwnership(ownership, { ...ownership, repositoryTable: repository.identity, intent: 'none' }, reason);
}

/** Whether the ownership record announces the first repository table, so that nothing was filled that could be lost. */
function isFirstCreation({ intent, repositoryTable: created }: OwnershipRecord): boolean {
  return intent === 'creating' && created === undefined;
}

function beginWithOtherSource({ ownership, wanted, nowMs }: TablesObservation): TablesStep | undefined {
  if (ownership.kind !== 'ours' || ownership.ownership.source === wanted.source) return undefined;
  return updateOwnership(
    ownership.ownership,
    { ...newEpoch(ownership.ownership, nowMs), source: wanted.source },
    'SourceChanged',
  );
}

/** Tables of earlier versions have none. */
function addNudgeKey({ ownership, newNudgeKey }: TablesObservation): TablesStep | undefined {
  if (ownership.kind !== 'ours' || ownership.ownership.nudgeKey) return undefined;
  return updateOwnership(ownership.ownership, { ...ownership.ownership, nudgeKey: newNudgeKey }, 'KeyAdded');
}

/** Where callers are no longer identified, the rules stay until the search pods that need them are replaced. */
function writeAccess({ ownership: state, wanted: { access } }: TablesObservation): TablesStep | undefined {
  if (state.kind !== 'ours' || access === undefined || state.ownership.access === access) return undefined;
  return updateOwnership(state.ownership, { ...state.ownership, access }, 'AccessChanged');
}

function renewOwnership({ ownership, nowMs }: TablesObservation): TablesStep | undefined {
  if (ownership.kind !== 'ours' || nowMs - ownership.ownership.ownerSeenAtMs < OWNER_RENEWAL_MS) return undefined;
  return updateOwnership(ownership.ownership, { ...ownership.ownership, ownerSeenAtMs: nowMs }, 'Renewed');
}
