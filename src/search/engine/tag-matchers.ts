import type { Condition, PlatformPattern, TagClause, TagName } from '../query/query.ts';
import { encode, isSame, type Slice, sliceOf, startsWith } from './bytes.ts';
import type { EngineIndex } from './engine-index.ts';
import { digestList } from './links.ts';
import type { Matcher } from './matcher.ts';
import { walkPrefix } from './prefix-walk.ts';
import type { Sets } from './set-pool.ts';
import type { Steps } from './slices.ts';
import { addSlot, createSlotSet, hasSlot, intersect, type SlotSet, slotsOf, unite } from './slot-set.ts';
import {
  algorithmOf,
  DIGEST_WORDS,
  digestMasks,
  digestWords,
  hexOf,
  TAG_WORDS,
  type TagKind,
  tagDigestAt,
  tagKindAt,
  tagNameAt,
  tagTimeAt,
} from './tag-rows.ts';

type IsTag = (row: Uint32Array, tag: number) => boolean;

/** Tags to look at between two yields. */
const STEP = 8_000;

export function createDigestMatcher(index: EngineIndex, { digest }: Extract<Condition, { kind: 'digest' }>): Matcher {
  const algorithm = algorithmOf(digest);
  const words = digestWords(hexOf(digest));
  const masks = digestMasks(hexOf(digest).length);
  const isTag: IsTag = (row, tag) => {
    for (let word = 0; word < DIGEST_WORDS; word += 1) {
      if ((tagDigestAt(row, tag, word) & (masks[word] ?? 0)) >>> 0 !== words[word]) return false;
    }
    return index.tagKinds.at(tagKindAt(row, tag))?.algorithm === algorithm;
  };
  return {
    fill: (target) => verify(index, index.byDigest.slots(digestList(words[0] ?? 0)), { isTag, target }),
    holds: (slot) => hasTag(index, slot, isTag),
  };
}

/** Repositories of which one and the same tag fulfils the whole clause. */
export function createTagMatcher(index: EngineIndex, clause: TagClause, sets: Sets): Matcher {
  const { tagNames, tagKinds } = index;
  const isTagNow = tagTest(clause, {
    isName: (id) => fitsName(tagNames.names.at(id), clause.name),
    isKind: (id) => fitsPlatforms(tagKinds.at(id), clause.platforms),
  });
  return {
    *fill(target) {
      const choice = yield* choose(index, clause);
      const candidates = reposOf(index, choice, sets);
      const isEnough = clause.fromMs === undefined && clause.beforeMs === undefined && !(choice.names && choice.kinds);
      if (isEnough) return unite(target, candidates);
      const isTag = tagTest(clause, fastTests(choice));
      yield* verify(index, slotsOf(candidates), { isTag, target });
    },
    holds: (slot) => hasTag(index, slot, isTagNow),
  };
}

/** The ids of names and of kinds that a clause allows; undefined where it allows any. */
interface Choice {
  readonly names: SlotSet | undefined;
  readonly kinds: readonly number[] | undefined;
}

function* choose({ tagNames, tagNameOrder, tagKinds }: EngineIndex, clause: TagClause): Steps<Choice> {
  const { name, platforms } = clause;
  const kinds = platforms.length === 0 ? undefined : tagKinds.idsWhere((kind) => fitsPlatforms(kind, platforms));
  if (name === undefined) return { names: undefined, kinds };
  const names = createSlotSet(tagNames.names.end());
  const sought = sliceOf(encode(name.text));
  const exact = name.match === 'exact' ? tagNames.names.find(sought) : -1;
  if (exact >= 0) addSlot(names, exact);
  if (name.match === 'prefix') {
    const walk = { order: tagNameOrder, nameOf: tagNames.names.at, from: sought };
    yield* walkPrefix(walk, (id) => addSlot(names, id));
  }
  return { names, kinds };
}

/** Repositories that have one of the names, and one of the kinds, though perhaps not on one tag. */
function reposOf(index: EngineIndex, { names, kinds }: Choice, sets: Sets): SlotSet {
  const found = sets.take();
  if (!names && !kinds) unite(found, index.live);
  if (names) for (const id of slotsOf(names)) index.tagNames.lists.uniteInto(found, id);
  if (!kinds) return found;
  const ofKinds = names ? sets.take() : found;
  for (const id of kinds) index.byTagKind.uniteInto(ofKinds, id);
  if (names) intersect(found, ofKinds);
  return found;
}

interface TagTests {
  readonly isName: (id: number) => boolean;
  readonly isKind: (id: number) => boolean;
}

function fastTests({ names, kinds }: Choice): TagTests {
  const table = Uint8Array.from({ length: Math.max(0, ...(kinds ?? [])) + 1 });
  for (const kind of kinds ?? []) table[kind] = 1;
  return {
    isName: (id) => names === undefined || hasSlot(names, id),
    isKind: (id) => kinds === undefined || table[id] === 1,
  };
}

function tagTest({ fromMs = 0, beforeMs = Number.POSITIVE_INFINITY }: TagClause, { isName, isKind }: TagTests): IsTag {
  return (row, tag) => {
    if (!isName(tagNameAt(row, tag)) || !isKind(tagKindAt(row, tag))) return false;
    const timeMs = tagTimeAt(row, tag);
    return timeMs >= fromMs && timeMs < beforeMs;
  };
}

function fitsName(name: Slice, sought: TagName | undefined): boolean {
  if (sought === undefined) return true;
  const text = sliceOf(encode(sought.text));
  return sought.match === 'exact' ? isSame(name, text) : startsWith(name, text);
}

function fitsPlatforms(kind: TagKind | undefined, patterns: readonly PlatformPattern[]): boolean {
  return patterns.every((pattern) => kind?.platforms?.some((platform) => fitsPlatform(platform, pattern)) ?? false);
}

/** `linux/arm/v7` is of the architectures `arm` and `arm/v7`. */
function fitsPlatform(platform: string, { os, arch }: PlatformPattern): boolean {
  const [ofOs, ...rest] = platform.split('/');
  if (os !== undefined && os !== ofOs) return false;
  return arch === undefined || `${rest.join('/')}/`.startsWith(`${arch}/`);
}

interface Verification {
  readonly isTag: IsTag;
  readonly target: SlotSet;
}

/** Adds those candidates that have such a tag. */
function* verify(index: EngineIndex, candidates: Uint32Array, { isTag, target }: Verification): Steps<void> {
  let work = 0;
  for (const slot of candidates) {
    if (hasTag(index, slot, isTag)) addSlot(target, slot);
    work += 1;
    if (work % STEP === 0) yield;
  }
}

/** Only for live slots; others have no tags. */
function hasTag({ repositories }: EngineIndex, slot: number, isTag: IsTag): boolean {
  const { memory, start, end } = repositories.tagsOf(slot);
  for (let tag = start; tag < end; tag += TAG_WORDS) if (isTag(memory, tag)) return true;
  return false;
}
