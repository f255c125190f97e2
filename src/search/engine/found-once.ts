import { createRecent, type Recent } from './recent.ts';
import { done, type Steps } from './slices.ts';

/** What takes long to find, by key: found together by all who ask for it meanwhile, and kept for those who ask later. */
export interface FoundOnce<T> {
  /** What is kept under this key, or else what `find` finds. Its steps may be done by others than who asked first. */
  of(key: string, find: () => Steps<T>): Steps<T>;
  /** What is kept under this key. */
  get(key: string): T | undefined;
  has(key: string): boolean;
  /** All that is kept; what is still being found is not. */
  values(): Iterable<T>;
}

interface Finding<T> {
  readonly steps: Steps<T | undefined>;
  askers: number;
  found: T | undefined;
}

interface Store<T> {
  readonly kept: Recent<T>;
  /** What is being found and has not failed. */
  readonly going: Map<string, Finding<T>>;
}

/** Keeps `most()` of them; `pushedOut` is told of each for which there was no more room. */
export function createFoundOnce<T extends object>(most: () => number, pushedOut?: (value: T) => void): FoundOnce<T> {
  const kept = createRecent<T>(most, pushedOut);
  const store: Store<T> = { kept, going: new Map() };
  return {
    of(key, find) {
      const known = kept.get(key);
      return known ? done(known) : findTogether(store, key, find);
    },
    get: kept.get,
    has: kept.has,
    values: kept.values,
  };
}

/** Begins anew what has failed with another who asked. */
function* findTogether<T extends object>(store: Store<T>, key: string, find: () => Steps<T>): Steps<T> {
  for (;;) {
    const found = yield* goOnWith(store.going.get(key) ?? begin(store, key, find));
    if (found) return found;
  }
}

function begin<T>(store: Store<T>, key: string, find: () => Steps<T>): Finding<T> {
  const finding = { steps: findAndKeep(store, key, find), askers: 0, found: undefined };
  store.going.set(key, finding);
  return finding;
}

/** It is kept in the same step in which it is found, so that no write is missed in between. */
function* findAndKeep<T>({ kept, going }: Store<T>, key: string, find: () => Steps<T>): Steps<T> {
  try {
    const found = yield* find();
    kept.set(key, found);
    return found;
  } finally {
    going.delete(key);
  }
}

/** From wherever others have come with it; the last of those who give up ends it. Undefined if it failed with another. */
function* goOnWith<T>(finding: Finding<T>): Steps<T | undefined> {
  finding.askers += 1;
  try {
    for (;;) {
      const result = finding.steps.next();
      if (result.done) finding.found ??= result.value;
      if (result.done) return finding.found;
      yield;
    }
  } finally {
    finding.askers -= 1;
    if (finding.askers === 0) finding.steps.return(undefined);
  }
}
