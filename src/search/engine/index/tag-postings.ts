import { compare } from '../structures/bytes.ts';
import type { InvertedIndex } from './inverted-index.ts';
import { TAG_WORDS, type TagsInRow, tagAttributesAt, tagDigestAt, tagNameAt } from './tag-store.ts';
import { updatePostings } from './text-postings.ts';

/** The number of the list for digests that begin with these 32 bits. */
export function digestList(firstWord: number): number {
  return firstWord >>> 16;
}

export interface TagChange {
  readonly before: TagsInRow;
  readonly after: TagsInRow;
}

/**
 * Adds a doc to the lists of its new tags, and removes it from those of the old ones alone. A push changes few tags of
 * perhaps thousands, so lists are updated only for tags that differ between the rows. Returns whether a name is gone.
 */
export function updateTagPostings(index: InvertedIndex, doc: number, change: TagChange): boolean {
  const { tagNames, byTagAttributes, byDigest } = index;
  const { old, fresh } = differenceOf(index, change);
  const changesOf = (listAt: ListAt) => ({
    added: listsOf(change.after, fresh, listAt),
    removed: without(new Set(listsOf(change.before, old, listAt)), change.after, listAt),
  });
  const forgetTagName = (id: number) => {
    index.tagNameOrder.remove(id);
    tagNames.names.drop(id);
  };
  const names = changesOf(tagNameAt);
  updatePostings(doc, { lists: tagNames.lists, ...names, onEmpty: forgetTagName });
  updatePostings(doc, { lists: byTagAttributes, ...changesOf(tagAttributesAt) });
  updatePostings(doc, { lists: byDigest, ...changesOf(digestListAt) });
  return names.removed.size > 0;
}

type ListAt = (row: Uint32Array, tag: number) => number;

function digestListAt(row: Uint32Array, tag: number): number {
  return digestList(tagDigestAt(row, tag, 0));
}

/** The lists of some tags; a list may be named several times. */
function listsOf({ memory }: TagsInRow, tags: readonly number[], listAt: ListAt): number[] {
  return tags.map((tag) => listAt(memory, tag));
}

/** Leaves the lists that no tag of the row is in. */
function without(lists: Set<number>, { memory, start, end }: TagsInRow, listAt: ListAt): Set<number> {
  for (let tag = start; tag < end && lists.size > 0; tag += TAG_WORDS) lists.delete(listAt(memory, tag));
  return lists;
}

/** The places of the tags of which the other row has none with the same name, attributes and list of digests. */
interface Difference {
  readonly old: readonly number[];
  readonly fresh: readonly number[];
}

/** Merges both rows, which are sorted by name. In rows that are not, more tags seem to differ, which does no harm. */
function differenceOf(index: InvertedIndex, change: TagChange): Difference {
  const { before, after } = change;
  const old: number[] = [];
  const fresh: number[] = [];
  for (let was = before.start, is = after.start; was < before.end || is < after.end; ) {
    const order = compareTags(index, nameIn(before, was), nameIn(after, is));
    const isSame = order === 0 && areListedAlike(change, was, is);
    if (order <= 0 && !isSame) old.push(was);
    if (order >= 0 && !isSame) fresh.push(is);
    if (order <= 0) was += TAG_WORDS;
    if (order >= 0) is += TAG_WORDS;
  }
  return { old, fresh };
}

/** What stands for the name after a row's last tag. */
const NO_NAME = -1;

function nameIn({ memory, end }: TagsInRow, tag: number): number {
  return tag < end ? tagNameAt(memory, tag) : NO_NAME;
}

/** The order of two tags by the ids of their names, of which one may be none. */
function compareTags({ tagNames: { names } }: InvertedIndex, a: number, b: number): number {
  if (a === b) return 0;
  if (a === NO_NAME || b === NO_NAME) return a === NO_NAME ? 1 : -1;
  return compare(names.at(a), names.at(b));
}

function areListedAlike({ before, after }: TagChange, was: number, is: number): boolean {
  return (
    tagAttributesAt(before.memory, was) === tagAttributesAt(after.memory, is) &&
    digestListAt(before.memory, was) === digestListAt(after.memory, is)
  );
}
