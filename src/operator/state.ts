import type { ChangeKey } from '../table-lifecycle/observation.ts';
import type { SearchReport } from '../table-lifecycle/search-status.ts';

/** A change of a table that is left alone for a while. */
export interface ChangeMemory {
  /** What hinders it; undefined while the first that was made is given time to show. */
  readonly why: string | undefined;
  readonly tries: number;
  /** Not tried again before. */
  readonly untilMs: number;
  /** Of the resource, whose next generation may want something else. */
  readonly generation: number;
}

/** What the operator may forget: a restart only asks again. */
export interface IndexMemory {
  readonly changes: Map<ChangeKey, ChangeMemory>;
  /** What search last said; a value of undefined when it did not answer. */
  report: { readonly atMs: number; readonly value: SearchReport | undefined } | undefined;
  /** Version of the resource that our last write of its status was based on, and made out of date. */
  outdated: string | undefined;
  /** Since when nothing of the tables of a resource that is being deleted was seen. */
  goneSinceMs: number | undefined;
}

export interface Memory {
  of(uid: string): IndexMemory;
  forget(uid: string): void;
}

export function createMemory(): Memory {
  const indexes = new Map<string, IndexMemory>();
  return {
    of(uid) {
      const known = indexes.get(uid) ?? {
        changes: new Map(),
        report: undefined,
        outdated: undefined,
        goneSinceMs: undefined,
      };
      indexes.set(uid, known);
      return known;
    },
    forget: (uid) => void indexes.delete(uid),
  };
}
