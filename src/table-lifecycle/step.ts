import type { ReplaceableClaim } from '../dynamodb/state/claim-store.ts';
import type { Marker } from '../dynamodb/state/marker.ts';
import type { TableChange, TableRole } from '../dynamodb/tables/tables.ts';

/** Why a marker is written; told as an event where a person would want to know. */
export type MarkerNews =
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
  /** `next` is what the marker says afterwards, but for the identity of the table, which only its making tells. */
  | { readonly do: 'createTable'; readonly role: 'repository'; readonly seen: Marker; readonly next: Marker }
  | { readonly do: 'claim'; readonly marker: Marker }
  | { readonly do: 'updateMarker'; readonly seen: Marker; readonly next: Marker; readonly news: MarkerNews }
  | { readonly do: 'claimTable'; readonly seen: ReplaceableClaim; readonly identity: string }
  | { readonly do: 'changeTable'; readonly role: TableRole; readonly change: TableChange }
  | { readonly do: 'wait'; readonly for: string }
  | { readonly do: 'refuse'; readonly reason: string; readonly message: string }
  /** Nothing to do: the tables are ours and as they should be. */
  | { readonly do: 'serve'; readonly marker: Marker };

/** Whether the table takes the place of one that was filled, or was to be. */
export function isMadeAgain({ seen, next }: { readonly seen: Marker; readonly next: Marker }): boolean {
  return seen.epoch !== next.epoch;
}

type Step<Do extends TablesStep['do']> = Extract<TablesStep, { do: Do }>;

export function refuse(reason: string, message: string): Step<'refuse'> {
  return { do: 'refuse', reason, message };
}

export function wait(what: string): Step<'wait'> {
  return { do: 'wait', for: what };
}

export function say(seen: Marker, next: Marker, news: MarkerNews): Step<'updateMarker'> {
  return { do: 'updateMarker', seen, next, news };
}
