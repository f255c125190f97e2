import type { SearchReport } from '../client/search-status.ts';
import type { SeenGap } from '../dynamodb/state/open-gap.ts';
import type { ChangeKey } from '../table-lifecycle/observation.ts';
import type { SecretEntries } from './kube-objects/pod-secrets.ts';

/** A change of a table that is not tried for a while. */
export interface SuppressedChange {
  /** The obstacle; undefined while a change that was made gets time to show. */
  readonly why: string | undefined;
  readonly tries: number;
  /** Not tried before this time. */
  readonly untilMs: number;
  /** Generation of the resource that wanted the change. */
  readonly generation: number;
}

/** What the operator knows of one resource in this process alone. It may be lost: a restart asks again. */
export interface ResourceState {
  readonly suppressedChanges: Map<ChangeKey, SuppressedChange>;
  /** Until then a brief look at the tables is enough, unless there is something to do; 0 while there is. */
  wholeTablesAgainAtMs: number;
  /** The last report of search; a value of undefined if it did not answer. */
  searchReport: { readonly atMs: number; readonly value: SearchReport | undefined } | undefined;
  /** How far the backfill was when it last got on, and when that was seen. */
  backfillProgress: { readonly seen: string; readonly sinceMs: number } | undefined;
  /** Secrets as they were read last, by their name and the entries that are wanted. */
  readonly secrets: Map<string, { readonly secret: SecretEntries; readonly readAtMs: number }>;
  /** Versions of Secrets are made with it; the nudge key of the ownership record that was seen last. */
  versionKey: string | undefined;
  /** The other release that the resource was left to. */
  leftTo: string | undefined;
  /** The generation that was seen last, and since when. */
  seenGeneration: { readonly generation: number; readonly sinceMs: number } | undefined;
  /** The resourceVersion that our last write of the status was based on, and has replaced. */
  replacedVersion: string | undefined;
  /** The gap in the events that is open, and when it was first seen. */
  gapSeen: SeenGap | undefined;
  /** Fields whose routes were made; and `<field> <generation>` for those whose leftover route was looked for then. */
  readonly routes: Set<string>;
  /** Since when no table of a resource that is being deleted was seen. */
  missingSinceMs: number | undefined;
}

export interface OperatorState {
  of(uid: string): ResourceState;
  forget(uid: string): void;
  /** How many resources there are. */
  size(): number;
}

export function createOperatorState(): OperatorState {
  const states = new Map<string, ResourceState>();
  return {
    of(uid) {
      const known = states.get(uid) ?? {
        suppressedChanges: new Map(),
        wholeTablesAgainAtMs: 0,
        secrets: new Map(),
        versionKey: undefined,
        seenGeneration: undefined,
        leftTo: undefined,
        searchReport: undefined,
        backfillProgress: undefined,
        replacedVersion: undefined,
        gapSeen: undefined,
        routes: new Set(),
        missingSinceMs: undefined,
      };
      states.set(uid, known);
      return known;
    },
    forget: (uid) => void states.delete(uid),
    size: () => states.size,
  };
}
