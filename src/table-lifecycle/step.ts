import type { ReplaceableClaim } from '../dynamodb/state/claim-store.ts';
import type { OwnershipRecord } from '../dynamodb/state/ownership.ts';
import type { TableChange, TableRole } from '../dynamodb/tables/tables.ts';

/** Why an ownership record is written. Most of these become an event of that reason. */
export type OwnershipUpdateReason =
  | 'Adopted'
  | 'TableMissing'
  | 'TableDeleted'
  | 'TablesCreated'
  | 'TableReplaced'
  | 'TableTaken'
  | 'SourceChanged'
  | 'KeyAdded'
  | 'AccessChanged'
  | 'Renewed'
  | 'Changing'
  | 'Changed'
  | 'Completed'
  | 'Deleting';

/** The one thing to do next about the tables. */
export type TablesStep =
  | { readonly do: 'createTable'; readonly role: 'version' }
  /** `next` is the ownership record afterwards, but for the identity of the table, which CreateTable answers. */
  | {
      readonly do: 'createTable';
      readonly role: 'repository';
      readonly seen: OwnershipRecord;
      readonly next: OwnershipRecord;
    }
  | { readonly do: 'createOwnership'; readonly ownership: OwnershipRecord }
  | {
      readonly do: 'updateOwnership';
      readonly seen: OwnershipRecord;
      readonly next: OwnershipRecord;
      readonly reason: OwnershipUpdateReason;
    }
  | { readonly do: 'claimTable'; readonly seen: ReplaceableClaim; readonly identity: string }
  | { readonly do: 'changeTable'; readonly role: TableRole; readonly change: TableChange }
  | { readonly do: 'wait'; readonly for: string }
  | { readonly do: 'refuse'; readonly reason: string; readonly message: string }
  /** Nothing to do: the tables are ours and as they should be. */
  | { readonly do: 'serve'; readonly ownership: OwnershipRecord };

/** Whether the table replaces one of an earlier epoch. */
export function isRecreation({
  seen,
  next,
}: {
  readonly seen: OwnershipRecord;
  readonly next: OwnershipRecord;
}): boolean {
  return seen.epoch !== next.epoch;
}

type Step<Do extends TablesStep['do']> = Extract<TablesStep, { do: Do }>;

export function refuse(reason: string, message: string): Step<'refuse'> {
  return { do: 'refuse', reason, message };
}

export function wait(what: string): Step<'wait'> {
  return { do: 'wait', for: what };
}

export function updateOwnership(
  seen: OwnershipRecord,
  next: OwnershipRecord,
  reason: OwnershipUpdateReason,
): Step<'updateOwnership'> {
  return { do: 'updateOwnership', seen, next, reason };
}
