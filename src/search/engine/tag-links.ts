import type { EngineIndex } from './engine-index.ts';
import { relink } from './relink.ts';
import { TAG_WORDS, tagDigestAt, tagKindAt, tagNameAt } from './tag-rows.ts';

/** The number of the list for digests that begin with these 32 bits. */
export function digestList(firstWord: number): number {
  return firstWord >>> 16;
}

/** Rows of tags, as `packTags` made them. */
export interface TagChange {
  readonly before: Uint32Array;
  readonly after: Uint32Array;
}

/**
 * Puts a slot into the lists that its tags say, and takes it out of those that they said before. A push changes one tag
 * of perhaps very many; so only what is between the tags that both rows begin and end with is looked at closely.
 */
export function relinkTags(index: EngineIndex, slot: number, { before, after }: TagChange): void {
  const { tagNames, byTagKind, byDigest } = index;
  const from = commonStart(before, after);
  const fromEnd = commonEnd(before.subarray(from), after.subarray(from));
  const old = before.subarray(from, before.length - fromEnd);
  const young = after.subarray(from, after.length - fromEnd);
  const changesOf = (listAt: ListAt) => ({
    added: listsOf(young, listAt),
    removed: old.length === 0 ? [] : without(new Set(listsOf(old, listAt)), after, listAt),
  });
  const forgetTagName = (id: number) => {
    index.tagNameOrder.remove(id);
    tagNames.names.drop(id);
  };
  relink(slot, { lists: tagNames.lists, ...changesOf(tagNameAt), onEmpty: forgetTagName });
  relink(slot, { lists: byTagKind, ...changesOf(tagKindAt) });
  relink(slot, { lists: byDigest, ...changesOf((row, tag) => digestList(tagDigestAt(row, tag, 0))) });
}

type ListAt = (row: Uint32Array, tag: number) => number;

/** Perhaps some of them several times. */
function listsOf(row: Uint32Array, listAt: ListAt): number[] {
  const lists: number[] = [];
  for (let tag = 0; tag < row.length; tag += TAG_WORDS) lists.push(listAt(row, tag));
  return lists;
}

/** Takes those away that a tag of the row is in. */
function without(lists: Set<number>, row: Uint32Array, listAt: ListAt): Set<number> {
  for (let tag = 0; tag < row.length && lists.size > 0; tag += TAG_WORDS) lists.delete(listAt(row, tag));
  return lists;
}

/** How many words of whole tags both rows begin with. */
function commonStart(a: Uint32Array, b: Uint32Array): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length += 1;
  return length - (length % TAG_WORDS);
}

/** How many words of whole tags both rows end with. */
function commonEnd(a: Uint32Array, b: Uint32Array): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[a.length - 1 - length] === b[b.length - 1 - length]) length += 1;
  return length - (length % TAG_WORDS);
}
