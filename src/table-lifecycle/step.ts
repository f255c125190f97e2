import type { ReplaceableClaim } from '../dynamodb/state/claim-store.ts';
import type { Marker } from '../dynamodb/state/ownership.ts';
import type { TableChange, TableRole } from '../dynamodb/tables/tables.ts';

/** Why a marker is written. Most of these become an event of that reason. */
export type MarkerUpdateReason =
  | 'Adopted'
  | 'TableMissing'
  | 'TableDeleted'
  | 'TablesCreated'
  | 'TableReplaced'
  | 'TableTaken'
  | 'SourceChanged'
  | 'Renewed'
  | 'Changing'
  | 'Changed'
  | 'Completed'
  | 'Deleting';

/** The one thing to do next about the tables. */
export type TablesStep =
  | { readonly do: 'createTable'; readonly role: 'version' }
  /** `next` is the marker afterwards, but for the identity of the table, which CreateTable answers. */
  | { readonly do: 'createTable'; readonly role: 'repository'; readonly seen: Marker; readonly next: Marker }
  | { readonly do: 'claim'; readonly marker: Marker }
  | { readonly do: 'updateMarker'; readonly seen: Marker; readonly next: Marker; readonly reason: MarkerUpdateReason }
  | { readonly do: 'claimTable'; readonly seen: ReplaceableClaim; readonly identity: string }
  | { readonly do: 'changeTable'; readonly role: TableRole; readonly change: TableChange }
  | { readonly do: 'wait'; readonly for: string }
  | { readonly do: 'refuse'; readonly reason: string; readonly message: string }
  /** Nothing to do: the tables are ours and as they should be. */
  | { readonly do: 'serve'; readonly marker: Marker };

/** Whether the table replaces one of an earlier epoch. */
export function isRecreation({ seen, next }: { readonly seen: Marker; readonly next: Marker }): boolean {
  return seen.epoch !== next.epoch;
}

type Step<Do extends TablesStep['do']> = Extract<TablesStep, { do: Do }>;

export function refuse(reason: string, message: string): Step<'refuse'> {
  return { do: 'refuse', reason, message };
}

export function wait(what: string): Step<'wait'> {
  return { do: 'wait', for: what };
}

export function updateMarker(seen: Marker, next: Marker, reason: MarkerUpdateReason): Step<'updateMarker'> {
  return { do: 'updateMarker', seen, next, reason };
}
