import type { OwnershipRecord } from '../dynamodb/state/ownership.ts';
import { isUsable, type TableRole, type TableState } from '../dynamodb/tables/tables.ts';
import { firstOwnership } from './epoch.ts';
import type { TablesObservation } from './observation.ts';
import { claimVerdictOf, isRecordedTable, sameOwner } from './ownership.ts';
import { refuse, type TablesStep, updateOwnership, wait } from './step.ts';

export type DeletionStep =
  | Extract<TablesStep, { do: 'wait' | 'refuse' | 'createOwnership' | 'claimTable' | 'updateOwnership' }>
  /** Deletes the table of that identity alone: `deleteTables` observes once more right before. */
  | {
      readonly do: 'deleteTable';
      readonly role: TableRole;
      readonly identity: string;
      /** A repository table that we had announced may exist and not show yet. Nothing would know of it after this. */
      readonly unconfirmed: boolean;
    }
  /** None of our tables is left. Tables of another owner stay. */
  | { readonly do: 'gone' };

type PresentTable = Extract<TableState, { kind: 'present' }>;

/**
 * The next step of deleting our tables. The repository table is deleted only if it says itself that it is ours. The
 * version table comes last, because its ownership record says what is going on: a restart at any line goes on from
 * there.
 */
export function decideDeletion(seen: TablesObservation): DeletionStep {
  const { version, known } = seen;
  if (version.kind === 'missing') return deleteRepository(seen, known.repositoryTable) ?? { do: 'gone' };
  if (version.status === 'archived' || version.status === 'inaccessible') return refuseUnreadable('version', version);
  if (!isUsable(version.status)) return waiting('version', version);
  return withOwnership(seen, version);
}

function withOwnership(seen: TablesObservation, version: PresentTable): DeletionStep {
  const { ownership: state, wanted } = seen;
  if (state.kind === 'none' && version.schemaFits) return withoutOwnership(seen, version);
  if (state.kind !== 'ours' || !sameOwner(state.ownership.owner, wanted.owner)) return { do: 'gone' };
  const { ownership } = state;
  if (ownership.intent !== 'deleting') return updateOwnership(ownership, announced(seen, ownership), 'Deleting');
  const { repositoryTable: recorded } = ownership;
  const step = deleteRepository(seen, recorded);
  if (step?.do === 'deleteTable' && recorded === undefined)
    return updateOwnership(ownership, { ...ownership, repositoryTable: step.identity }, 'Changed');
  const unconfirmed = recorded === undefined && seen.repository.kind === 'missing';
  return step ?? deleteTable('version', version, unconfirmed);
}

/**
 * A table that was being created may exist already without its identity in the ownership record. The identity is
 * written down before that table is deleted, so that one that another owner creates afterwards is not taken for it.
 */
function announced(seen: TablesObservation, ownership: OwnershipRecord): OwnershipRecord {
  const isCreating = ownership.intent === 'creating' && !isRecordedTable(seen);
  return { ...ownership, intent: 'deleting', repositoryTable: isCreating ? undefined : ownership.repositoryTable };
}

/** Undefined if there is no repository table of ours. For seconds DynamoDB may give the tags of the table before. */
function deleteRepository(seen: TablesObservation, recorded: string | undefined): DeletionStep | undefined {
  const { repository } = seen;
  if (repository.kind === 'missing') return undefined;
  const { status, identity, schemaFits } = repository;
  if (status === 'creating' || status === 'updating' || status === 'deleting') return waiting('repository', repository);
  const verdict = claimVerdictOf(seen);
  if (verdict.kind === 'claimable') return { do: 'claimTable', seen: verdict.seen, identity };
  if (verdict.kind === 'unknown') return schemaFits ? refuseUnreadable('repository', repository) : undefined;
  const isOurs = verdict.kind === 'ours' && (recorded === undefined || recorded === identity);
  return isOurs ? deleteTable('repository', repository) : undefined;
}

/**
 * We have created this version table and not claimed it yet. It is claimed before it is deleted, as every table is; if
 * another owner has claimed it meanwhile, it stays.
 */
function withoutOwnership(seen: TablesObservation, { identity }: PresentTable): DeletionStep {
  return identity === seen.known.versionTable
    ? { do: 'createOwnership', ownership: firstOwnership(seen) }
    : { do: 'gone' };
}

function deleteTable(role: TableRole, table: PresentTable, unconfirmed = false): DeletionStep {
  const busy = table.status === 'creating' || table.status === 'updating' || table.status === 'deleting';
  return busy ? waiting(role, table) : { do: 'deleteTable', role, identity: table.identity, unconfirmed };
}

function waiting(role: TableRole, { status }: PresentTable): DeletionStep {
  return wait(`the ${role} table, which is ${status}`);
}

/** A table that cannot be read does not say whose it is, so nothing proves that the tables are ours. */
function refuseUnreadable(role: TableRole, { status }: PresentTable): DeletionStep {
  const message = `the ${role} table is ${status}, so that nothing says whose the tables are; delete both by hand`;
  return refuse(role === 'version' ? 'VersionTableUnreadable' : 'RepositoryTableUnreadable', message);
}
