import type { PlatformPattern, TagClause, TagName } from '../../../query/query.ts';
import type { InvertedIndex } from '../../index/inverted-index.ts';
import type { TagKind } from '../../index/tag-store.ts';
import { encode, isSame, type Slice, sliceOf, startsWith } from '../../structures/bytes.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { walkPrefix } from '../../structures/sorted-list.ts';

/** The ids of names and of kinds that a clause allows; undefined where it allows any. */
export interface TagChoice {
  readonly names: readonly number[] | undefined;
  readonly kinds: readonly number[] | undefined;
}

export function* chooseTags(index: InvertedIndex, { name, platforms }: TagClause): Steps<TagChoice> {
  const kinds =
    platforms.length === 0 ? undefined : index.tagKinds.idsWhere((kind) => matchesPlatforms(kind, platforms));
  return { names: name && (yield* chooseNames(index, name)), kinds };
}

function* chooseNames({ tagNames, tagNameOrder }: InvertedIndex, { text, match }: TagName): Steps<number[]> {
  const sought = sliceOf(encode(text));
  if (match === 'exact') return [tagNames.names.find(sought)].filter((id) => id >= 0);
  const names: number[] = [];
  const walk = { order: tagNameOrder, nameOf: tagNames.names.at, from: sought };
  yield* walkPrefix(walk, (id) => names.push(id));
  return names;
}

/** The same for names one by one, from what they are. */
export function createNameTest(sought: TagName | undefined): (name: Slice) => boolean {
  if (sought === undefined) return () => true;
  const text = sliceOf(encode(sought.text));
  return sought.match === 'exact' ? (name) => isSame(name, text) : (name) => startsWith(name, text);
}

export function matchesPlatforms(kind: TagKind | undefined, patterns: readonly PlatformPattern[]): boolean {
  return patterns.every((pattern) => kind?.platforms?.some((platform) => matchesPlatform(platform, pattern)) ?? false);
}

/** `linux/arm/v7` is of the architectures `arm` and `arm/v7`. */
function matchesPlatform(platform: string, { os, arch }: PlatformPattern): boolean {
  const [ofOs, ...rest] = platform.split('/');
  if (os !== undefined && os !== ofOs) return false;
  return arch === undefined || `${rest.join('/')}/`.startsWith(`${arch}/`);
}
