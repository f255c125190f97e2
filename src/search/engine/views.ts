import type { Visibility } from '../engine.ts';
import { encode, sliceOf } from './bytes.ts';
import { type CachedSet, createCachedSet } from './cached-set.ts';
import type { EngineIndex } from './engine-index.ts';
import { type Glob, globOf } from './glob.ts';
import { walkPrefix } from './prefix-walk.ts';
import type { QueryCache } from './query-cache.ts';
import { done, type Steps } from './slices.ts';

/**
 * What one visibility lets be seen. While others have a turn it may be evicted, and then writes no longer reach it; so
 * what is written after it was asked for is judged by `holds`.
 */
export type View = Pick<CachedSet, 'set' | 'holds'>;

export interface Views {
  /** The view of a visibility; undefined where everything may be seen. */
  viewOf(visibility: Visibility): Steps<View | undefined>;
}

export function createViews(index: EngineIndex, cache: QueryCache): Views {
  const views = cache.kind<CachedSet>('visibility');
  return {
    viewOf(visibility) {
      if (visibility.names === undefined && visibility.showPrivate) return done(undefined);
      const key = JSON.stringify([visibility.names, visibility.showPrivate]);
      return views.of(key, () => findView(index, visibility));
    },
  };
}

function* findView(index: EngineIndex, visibility: Visibility): Steps<CachedSet> {
  const view = createCachedSet(index, createSight(index, visibility));
  yield* fillView(index, view, visibility);
  return view;
}

function createSight({ repositories }: EngineIndex, { names, showPrivate }: Visibility): View['holds'] {
  const globs = names?.map(globOf);
  return (slot) => {
    if (!showPrivate && repositories.profileOf(slot).isPrivate) return false;
    return globs === undefined || fitsOne(globs, repositories.nameTextOf(slot));
  };
}

function fitsOne(globs: readonly Glob[], name: string): boolean {
  return globs.some(({ fits }) => fits(name));
}

function* fillView(index: EngineIndex, view: CachedSet, { names }: Visibility): Steps<void> {
  const { repositories, byName } = index;
  if (names === undefined) return yield* fillAll(index, view);
  for (const prefix of names.map((pattern) => globOf(pattern).prefix)) {
    const walk = { order: byName, nameOf: repositories.nameOf, from: sliceOf(encode(prefix)) };
    yield* walkPrefix(walk, (slot) => view.judge(slot));
  }
}

/** Slots to look at between two yields. */
const AT_A_TIME = 5_000;

function* fillAll(index: EngineIndex, view: CachedSet): Steps<void> {
  const end = index.repositories.end();
  for (let slot = 0; slot < end; slot += 1) {
    view.judge(slot);
    if (slot % AT_A_TIME === 0) yield;
  }
}
