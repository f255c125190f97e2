import { tagOfVersion } from '../../../oci/chart-version.ts';
import type { ChartTag, TagDetails, TagPage, TagQuery } from '../../api.ts';
import { createGlob } from '../../glob.ts';
import type { TagSort } from '../../query/sort.ts';
import { STEP } from '../cost-model.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { compareTimes } from '../index/doc-store.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import {
  DIGEST_WORDS,
  TAG_WORDS,
  type TagsInRow,
  tagAttributesAt,
  tagDigestAt,
  tagDigestTextAt,
  tagImageAt,
  tagNameAt,
  tagTimeAt,
} from '../index/tag-store.ts';
import { compare, decode, encode, indexOfFolded, type Slice, sliceOf } from '../structures/bytes.ts';
import type { Steps } from '../structures/scheduler.ts';
import { firstOf } from '../structures/top-k.ts';
import { compareVersions } from './version-order.ts';

/** A page of the tags of a doc. It is to be picked again where the doc was written while others had a turn. */
export function* pickTags(index: InvertedIndex, doc: number, query: TagQuery): Steps<TagPage> {
  const tags = index.repositories.copyOfTags(doc);
  const fits = createFilter(query.filter);
  const order = createOrder(query.sort);
  const after = query.cursor === undefined ? undefined : decodeTagPlace(query.sort, query.cursor);
  const placeOf = createPlaces(index, tags.memory);
  let total = 0;
  let first: number[] = [];
  let others: number[] = [];
  const inOrder = (a: number, b: number) => order(placeOf(a), placeOf(b));
  const pick = () => {
    first = firstOf([...first, ...others], query.limit + 1, inOrder);
    others = [];
  };
  // Rows are in the order of names, so that what comes first is mostly met first.
  const tagAt = (at: number) => (query.sort.reverse ? tags.end - TAG_WORDS - at : tags.start + at);
  const size = tags.end - tags.start;
  for (let from = 0; from < size; from += NUMBERS_A_STEP) {
    const worst = first.length > query.limit ? placeOf(first.at(-1) ?? 0) : undefined;
    for (let at = from; at < Math.min(from + NUMBERS_A_STEP, size); at += TAG_WORDS) {
      const tag = tagAt(at);
      const place = placeOf(tag);
      if (!fits(place.name)) continue;
      total += 1;
      const isAfter = after === undefined || order(place, after) > 0;
      if (isAfter && (worst === undefined || order(place, worst) < 0)) others.push(tag);
    }
    // To pick again costs as much as the page is long.
    if (others.length > 2 * query.limit) pick();
    yield;
  }
  pick();
  const shown = first.slice(0, query.limit);
  const last = first.length > query.limit ? shown.at(-1) : undefined;
  return {
    total,
    tags: yield* describeTags(index, { tags, shown, charts: index.charts.of(doc) }),
    next: last === undefined ? undefined : encodeTagPlace(query.sort, placeOf(last)),
  };
}

/** Numbers of the row that one step looks at: of tags that are each compared with few others. */
const NUMBERS_A_STEP = STEP.texts * TAG_WORDS;

/** Where a tag stands in the orders. */
interface TagPlace {
  readonly name: Slice;
  readonly pushedAtMs: number;
}

function createPlaces({ tagNames }: InvertedIndex, row: Uint32Array): (tag: number) => TagPlace {
  return (tag) => ({ name: tagNames.names.at(tagNameAt(row, tag)), pushedAtMs: tagTimeAt(row, tag) });
}

/** Whether a tag holds a text, or fits a pattern with `*` and `?`; in any case of letters. */
function createFilter(filter: string | undefined): (name: Slice) => boolean {
  if (filter === undefined) return () => true;
  const folded = filter.toLowerCase();
  if (/[*?]/.test(folded)) {
    const fits = createGlob(folded);
    return (name) => fits(decode(name).toLowerCase());
  }
  const sought = sliceOf(encode(folded));
  return (name) => indexOfFolded(name, sought) >= 0;
}

const COMPARE: Readonly<Record<TagSort['by'], (a: TagPlace, b: TagPlace) => number>> = {
  name: (a, b) => compare(a.name, b.name),
  version: (a, b) => compareVersions(a.name, b.name),
  pushed: (a, b) => compareTimes(b.pushedAtMs, a.pushedAtMs) || compareVersions(b.name, a.name),
};

function createOrder({ by, reverse }: TagSort): (a: TagPlace, b: TagPlace) => number {
  const inOrder = COMPARE[by];
  return reverse ? (a, b) => inOrder(b, a) : inOrder;
}

function encodeTagPlace(sort: TagSort, { name, pushedAtMs }: TagPlace): string {
  return encodeCursor(sort, [pushedAtMs, decode(name)]);
}

/** Throws a QueryRefused for what is no cursor of an answer in this order. */
function decodeTagPlace(sort: TagSort, cursor: string): TagPlace {
  const [pushedAtMs, name] = decodeCursor(sort, cursor, arePlace);
  return { name: sliceOf(encode(name)), pushedAtMs };
}

function arePlace(values: readonly unknown[]): values is [pushedAtMs: number, name: string] {
  const [pushedAtMs, name, ...rest] = values;
  return Number.isFinite(pushedAtMs) && typeof name === 'string' && rest.length === 0;
}

interface Shown {
  readonly tags: TagsInRow;
  readonly shown: readonly number[];
  readonly charts: readonly ChartTag[];
}

function* describeTags(
  { tagNames, tagAttributeSets }: InvertedIndex,
  { tags, shown, charts }: Shown,
): Steps<TagDetails[]> {
  const chartOf = new Map(charts.map(({ chart }) => [tagOfVersion(chart.version), chart]));
  const nameAt = (tag: number) => tagNames.names.textAt(tagNameAt(tags.memory, tag));
  const aliases = yield* findAliases(tags, shown);
  return shown.map((tag) => ({
    name: nameAt(tag),
    digest: tagDigestTextAt(tags.memory, tag, tagAttributeSets),
    pushedAtMs: tagTimeAt(tags.memory, tag),
    platforms: tagAttributeSets.at(tagAttributesAt(tags.memory, tag))?.platforms,
    ...tagImageAt(tags, tag),
    appVersion: chartOf.get(nameAt(tag))?.appVersion,
    aliases: (aliases.get(tag) ?? []).map(nameAt),
  }));
}

/** The most other tags of the same digest that are shown beside a tag. */
const MAX_ALIASES = 10;

function* findAliases({ memory, start, end }: TagsInRow, shown: readonly number[]): Steps<Map<number, number[]>> {
  const aliases = new Map<number, number[]>();
  const byFirstWord = Map.groupBy(shown, (tag) => tagDigestAt(memory, tag, 0));
  for (let tag = start; tag < end; tag += TAG_WORDS) {
    if ((tag - start) % (STEP.numbers * TAG_WORDS) === 0) yield;
    for (const one of byFirstWord.get(tagDigestAt(memory, tag, 0)) ?? []) {
      if (one === tag || !isSameDigest(memory, one, tag)) continue;
      const known = aliases.get(one);
      if (known === undefined) aliases.set(one, [tag]);
      else if (known.length < MAX_ALIASES) known.push(tag);
    }
  }
  return aliases;
}

function isSameDigest(row: Uint32Array, one: number, other: number): boolean {
  for (let word = 0; word < DIGEST_WORDS; word += 1) {
    if (tagDigestAt(row, one, word) !== tagDigestAt(row, other, word)) return false;
  }
  return true;
}
