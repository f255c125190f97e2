import type { Condition, PlatformPattern, TagClause, TagName } from '../query/query.ts';
import { encode, isSame, type Slice, sliceOf, startsWith } from './bytes.ts';
import type { EngineIndex } from './engine-index.ts';
import { digestList } from './links.ts';
import type { Matcher } from './matcher.ts';
import { walkPrefix } from './prefix-walk.ts';
import type { TagsInRow } from './repositories.ts';
import type { Sets } from './set-pool.ts';
import type { Steps } from './slices.ts';
import { addSlot, createSlotSet, growTo, hasSlot, intersect, type SlotSet, slotsOf, unite } from './slot-set.ts';
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
  const holds = (slot: number) => hasTag(index, slot, isTag);
  return {
    fill: (target) => verify(index.byDigest.slots(digestList(words[0] ?? 0)), holds, target),
    holds,
  };
}

/** Repositories of which one and the same tag fulfils the whole clause. */
export function createTagMatcher(index: EngineIndex, clause: TagClause, sets: Sets): Matcher {
  const { tagNames, tagKinds } = index;
  const { fromMs = 0, beforeMs = Number.POSITIVE_INFINITY } = clause;
  const isTag: IsTag = (row, tag) => {
    const timeMs = tagTimeAt(row, tag);
    if (timeMs < fromMs || timeMs >= beforeMs) return false;
    if (!fitsPlatforms(tagKinds.at(tagKindAt(row, tag)), clause.platforms)) return false;
    return fitsName(tagNames.names.at(tagNameAt(row, tag)), clause.name);
  };
  return {
    *fill(target) {
      const choice = yield* choose(index, clause);
      const candidates = reposOf(index, choice, sets);
      const isEnough = clause.fromMs === undefined && clause.beforeMs === undefined && !(choice.names && choice.kinds);
      if (isEnough) return unite(target, candidates);
      const scan = scanOf(choice, clause);
      const holds = (slot: number) => hasScanned(index.repositories.tagsOf(slot), scan);
      yield* verify(slotsOf(candidates), holds, target);
    },
    holds: (slot) => hasTag(index, slot, isTag),
  };
}

/** The ids of names and of kinds that a clause allows; undefined where it allows any. */
interface Choice {
  readonly names: readonly number[] | undefined;
  readonly kinds: readonly number[] | undefined;
}

function* choose({ tagNames, tagNameOrder, tagKinds }: EngineIndex, clause: TagClause): Steps<Choice> {
  const { name, platforms } = clause;
  const kinds = platforms.length === 0 ? undefined : tagKinds.idsWhere((kind) => fitsPlatforms(kind, platforms));
  if (name === undefined) return { names: undefined, kinds };
  const sought = sliceOf(encode(name.text));
  if (name.match === 'exact') return { names: [tagNames.names.find(sought)].filter((id) => id >= 0), kinds };
  const names: number[] = [];
  const walk = { order: tagNameOrder, nameOf: tagNames.names.at, from: sought };
  yield* walkPrefix(walk, (id) => names.push(id));
  return { names, kinds };
}

/** Repositories that have one of the names, and one of the kinds, though perhaps not on one tag. */
function reposOf(index: EngineIndex, { names, kinds }: Choice, sets: Sets): SlotSet {
  const found = sets.take();
  if (!names && !kinds) unite(found, index.live);
  for (const id of names ?? []) index.tagNames.lists.uniteInto(found, id);
  if (!kinds) return found;
  const ofKinds = names ? sets.take() : found;
  for (const id of kinds) index.byTagKind.uniteInto(ofKinds, id);
  if (names) intersect(found, ofKinds);
  return found;
}

/** The same as a clause, in a form that is quick to compare with many tags. */
interface TagScan {
  /** The one name that is allowed; -1 where `names` says which are. */
  readonly name: number;
  readonly names: SlotSet | undefined;
  /** 1 for each kind that is allowed. */
  readonly kinds: Uint8Array | undefined;
  readonly fromMs: number;
  readonly beforeMs: number;
}

function scanOf({ names, kinds }: Choice, { fromMs, beforeMs }: TagClause): TagScan {
  const table = kinds && new Uint8Array(Math.max(0, ...kinds) + 1);
  for (const kind of kinds ?? []) table?.fill(1, kind, kind + 1);
  const isOne = names?.length === 1;
  return {
    name: isOne ? (names[0] ?? -1) : -1,
    names: isOne ? undefined : names && setOf(names),
    kinds: table,
    fromMs: fromMs ?? 0,
    beforeMs: beforeMs ?? Number.POSITIVE_INFINITY,
  };
}

function setOf(ids: readonly number[]): SlotSet {
  const set = createSlotSet(0);
  for (const id of ids) {
    growTo(set, id);
    addSlot(set, id);
  }
  return set;
}

function hasScanned({ memory, start, end }: TagsInRow, { name, names, kinds, fromMs, beforeMs }: TagScan): boolean {
  for (let tag = start; tag < end; tag += TAG_WORDS) {
    if (kinds !== undefined && kinds[tagKindAt(memory, tag)] !== 1) continue;
    if (name >= 0 && tagNameAt(memory, tag) !== name) continue;
    if (names !== undefined && !hasSlot(names, tagNameAt(memory, tag))) continue;
    const timeMs = tagTimeAt(memory, tag);
    if (timeMs >= fromMs && timeMs < beforeMs) return true;
  }
  return false;
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

/** Adds those candidates for which the condition holds. */
function* verify(candidates: Uint32Array, holds: (slot: number) => boolean, target: SlotSet): Steps<void> {
  let work = 0;
  for (const slot of candidates) {
    if (holds(slot)) addSlot(target, slot);
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
