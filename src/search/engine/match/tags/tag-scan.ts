import type { TagClause } from '../../../query/query.ts';
import { STEP } from '../../cost-model.ts';
import type { Repositories } from '../../index/doc-store.ts';
import type { InvertedIndex } from '../../index/inverted-index.ts';
import { type IsTag, TAG_WORDS, type TagsInRow, tagAttributesAt, tagNameAt, tagTimeAt } from '../../index/tag-store.ts';
import { addDoc, type Bitset, createBitset, growTo, hasDoc } from '../../structures/bitset.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { uint32At } from '../../structures/typed.ts';
import type { Matcher } from '../matcher.ts';
import { createNameTest, matchesPlatforms, type TagChoice } from './tag-filter.ts';

/** A clause in a form that is quick to compare with many tags. */
export interface TagScan {
  readonly names: Bitset | undefined;
  /** 1 at the id of each set of attributes that is allowed. */
  readonly attributes: Uint8Array | undefined;
  readonly fromMs: number;
  readonly beforeMs: number;
}

export function scanOf({ names, attributes }: TagChoice, { fromMs, beforeMs }: Partial<TagClause>): TagScan {
  const table = attributes && new Uint8Array(Math.max(0, ...attributes) + 1);
  for (const id of attributes ?? []) table?.fill(1, id, id + 1);
  return {
    names: names && setOf(names),
    attributes: table,
    fromMs: fromMs ?? 0,
    beforeMs: beforeMs ?? Number.POSITIVE_INFINITY,
  };
}

function setOf(ids: readonly number[]): Bitset {
  const set = createBitset(0);
  for (const id of ids) {
    growTo(set, id);
    addDoc(set, id);
  }
  return set;
}

/** Whether one of the tags is what is sought. */
export function hasScanned(tags: TagsInRow, { names, attributes, fromMs, beforeMs }: TagScan): boolean {
  const { memory, start, end } = tags;
  for (let tag = start; tag < end; tag += TAG_WORDS) {
    if (attributes !== undefined && attributes[tagAttributesAt(memory, tag)] !== 1) continue;
    if (names !== undefined && !hasDoc(names, tagNameAt(memory, tag))) continue;
    const timeMs = tagTimeAt(memory, tag);
    if (timeMs >= fromMs && timeMs < beforeMs) return true;
  }
  return false;
}

export interface TagVerification {
  readonly candidates: Uint32Array;
  readonly matches: (tags: TagsInRow) => boolean;
}

/** Adds those candidates for whose tags the condition holds. */
export function* verifyTags(
  repositories: Repositories,
  { candidates, matches }: TagVerification,
  target: Bitset,
): Steps<void> {
  let work = 0;
  for (let at = 0; at < candidates.length; at += 1) {
    const doc = uint32At(candidates, at);
    const tags = repositories.tagsOf(doc);
    if (matches(tags)) addDoc(target, doc);
    work += 1 + (tags.end - tags.start) / TAG_WORDS;
    if (work < STEP.numbers) continue;
    work = 0;
    yield;
  }
}

export function hasTag({ memory, start, end }: TagsInRow, isTag: IsTag): boolean {
  for (let tag = start; tag < end; tag += TAG_WORDS) if (isTag(memory, tag)) return true;
  return false;
}

/** Whether one tag of a doc fulfils the whole clause, as the doc is now. */
export function createTagTest(
  { repositories, tagNames, tagAttributeSets }: InvertedIndex,
  clause: TagClause,
): Matcher['matches'] {
  const { fromMs = 0, beforeMs = Number.POSITIVE_INFINITY } = clause;
  const isName = createNameTest(clause.names);
  const isTag: IsTag = (row, tag) => {
    const timeMs = tagTimeAt(row, tag);
    if (timeMs < fromMs || timeMs >= beforeMs || !isName(tagNames.names.at(tagNameAt(row, tag)))) return false;
    return matchesPlatforms(tagAttributeSets.at(tagAttributesAt(row, tag)), clause.platforms);
  };
  return (doc) => hasTag(repositories.tagsOf(doc), isTag);
}
