import type { Visibility } from '../../api.ts';
import { type CachedSet, createCachedSet } from '../cache/cached-set.ts';
import type { QueryCache } from '../cache/query-cache.ts';
import type { EngineIndex } from '../index/inverted-index.ts';
import { encode, sliceOf } from '../structures/bytes.ts';
import { done, type Steps } from '../structures/scheduler.ts';
import { walkPrefix } from '../structures/sorted-walk.ts';

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

/** A pattern of names, as the visibility has it. */
export interface Glob {
  /** Whatever fits begins with this. */
  readonly prefix: string;
  readonly fits: (name: string) => boolean;
}

/** Reads a pattern: `*` stands for any characters but `/`, `**` for any at all; everything else stands for itself. */
export function globOf(pattern: string): Glob {
  const [prefix = ''] = pattern.split('*', 1);
  if (pattern === `${prefix}**`) return { prefix, fits: (name) => name.startsWith(prefix) };
  const parts = pattern.split(/(\*\*|\*)/).map((part) => STARS.get(part) ?? escapeText(part));
  const expression = new RegExp(`^${parts.join('')}$`, 's');
  return { prefix, fits: (name) => expression.test(name) };
}

const STARS: ReadonlyMap<string, string> = new Map([
  ['*', '[^/]*'],
  ['**', '.*'],
]);

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
