import type { Visibility } from '../../api.ts';
import type { QueryCache } from '../cache/query-cache.ts';
import { type CachedSet, createCachedSet } from '../cache/query-cache.ts';
import { STEP } from '../cost-model.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { encode, sliceOf } from '../structures/bytes.ts';
import { done, type Steps } from '../structures/scheduler.ts';
import { walkPrefix } from '../structures/sorted-list.ts';

/**
 * What one visibility lets be seen. While others have a turn it may be evicted, and then writes no longer reach it; so
 * what is written after it was asked for is judged by `holds`.
 */
export type VisibilityFilter = Pick<CachedSet, 'set' | 'matches'>;

export interface VisibilityFilters {
  /** The view of a visibility; undefined where everything may be seen. */
  filterOf(visibility: Visibility): Steps<VisibilityFilter | undefined>;
}

export function createVisibilityFilters(index: InvertedIndex, cache: QueryCache): VisibilityFilters {
  const views = cache.kind<CachedSet>('visibility');
  return {
    filterOf(visibility) {
      if (visibility.names === undefined && visibility.showPrivate) return done(undefined);
      const key = JSON.stringify([visibility.names, visibility.showPrivate]);
      return views.of(key, () => findFilter(index, visibility));
    },
  };
}

function* findFilter(index: InvertedIndex, visibility: Visibility): Steps<CachedSet> {
  const view = createCachedSet(index, createVisibilityTest(index, visibility));
  yield* fillFilter(index, view, visibility);
  return view;
}

function createVisibilityTest(
  { repositories }: InvertedIndex,
  { names, showPrivate }: Visibility,
): VisibilityFilter['matches'] {
  const globs = names?.map(namePatternOf);
  return (doc) => {
    if (!showPrivate && repositories.profileOf(doc).isPrivate) return false;
    return globs === undefined || matchesOne(globs, repositories.nameTextOf(doc));
  };
}

function matchesOne(globs: readonly NamePattern[], name: string): boolean {
  return globs.some(({ matches }) => matches(name));
}

function* fillFilter(index: InvertedIndex, view: CachedSet, { names }: Visibility): Steps<void> {
  const { repositories, byName } = index;
  if (names === undefined) return yield* fillAll(index, view);
  for (const prefix of names.map((pattern) => namePatternOf(pattern).prefix)) {
    const walk = { order: byName, nameOf: repositories.nameOf, from: sliceOf(encode(prefix)) };
    yield* walkPrefix(walk, (doc) => view.recheck(doc));
  }
}

function* fillAll(index: InvertedIndex, view: CachedSet): Steps<void> {
  const end = index.repositories.end();
  for (let doc = 0; doc < end; doc += 1) {
    view.recheck(doc);
    if (doc % STEP.numbers === 0) yield;
  }
}

/** A pattern of names, as the visibility has it. */
export interface NamePattern {
  /** Whatever fits begins with this. */
  readonly prefix: string;
  readonly matches: (name: string) => boolean;
}

/** Reads a pattern: `*` stands for any characters but `/`, `**` for any at all; everything else stands for itself. */
export function namePatternOf(pattern: string): NamePattern {
  const [prefix = ''] = pattern.split('*', 1);
  if (pattern === `${prefix}**`) return { prefix, matches: (name) => name.startsWith(prefix) };
  const parts = pattern.split(/(\*\*|\*)/).map((part) => STARS.get(part) ?? escapeText(part));
  const expression = new RegExp(`^${parts.join('')}$`, 's');
  return { prefix, matches: (name) => expression.test(name) };
}

const STARS: ReadonlyMap<string, string> = new Map([
  ['*', '[^/]*'],
  ['**', '.*'],
]);

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
