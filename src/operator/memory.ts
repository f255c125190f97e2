import type { SearchCounts } from './search-service/probe.ts';
import type { ChangeKey } from './tables/observation.ts';

/** What the operator may forget: a restart only asks again. */
export interface IndexMemory {
  /** Changes of tables that could not be made, why, and until when they are left alone. */
  readonly setAside: Map<ChangeKey, { readonly why: string; readonly untilMs: number }>;
  counts: { readonly atMs: number; readonly value: SearchCounts } | undefined;
}

export interface Memory {
  of(uid: string): IndexMemory;
  forget(uid: string): void;
}

export function createMemory(): Memory {
  const indexes = new Map<string, IndexMemory>();
  return {
    of(uid) {
      const known = indexes.get(uid) ?? { setAside: new Map(), counts: undefined };
      indexes.set(uid, known);
      return known;
    },
    forget: (uid) => void indexes.delete(uid),
  };
}
