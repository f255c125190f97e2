import type { EngineIndex } from './engine-index.ts';
import { relink } from './relink.ts';
import type { TagsInRow } from './repositories.ts';
import { TAG_WORDS, tagDigestAt, tagKindAt, tagNameAt } from './tag-rows.ts';

/** The number of the list for digests that begin with these 32 bits. */
export function digestList(firstWord: number): number {
  return firstWord >>> 16;
}

export interface TagChange {
  readonly before: TagsInRow;
  readonly after: TagsInRow;
}

/**
 * Puts a slot into the lists that its tags say, and takes it out of those that they said before. A push changes one tag
 * of perhaps very many; so only what is between the tags that both rows begin and end with is looked at closely.
 */
export function relinkTags(index: EngineIndex, slot: number, { before, after }: TagChange): void {
  const { tagNames, byTagKind, byDigest } = index;
  const from = commonStart(before, after);
  const fromEnd = commonEnd(before, after, from);
  const old = { memory: before.memory, start: before.start + from, end: before.end - fromEnd };
  const young = { memory: after.memory, start: after.start + from, end: after.end - fromEnd };
  const changesOf = (listAt: ListAt) => ({
    added: listsOf(young, listAt),
    removed: old.start === old.end ? [] : without(new Set(listsOf(old, listAt)), after, listAt),
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
function listsOf({ memory, start, end }: TagsInRow, listAt: ListAt): number[] {
  const lists: number[] = [];
  for (let tag = start; tag < end; tag += TAG_WORDS) lists.push(listAt(memory, tag));
  return lists;
}

/** Takes those away that a tag of the row is in. */
function without(lists: Set<number>, { memory, start, end }: TagsInRow, listAt: ListAt): Set<number> {
  for (let tag = start; tag < end && lists.size > 0; tag += TAG_WORDS) lists.delete(listAt(memory, tag));
  return lists;
}

/** How many words of whole tags both rows begin with. */
function commonStart(a: TagsInRow, b: TagsInRow): number {
  const most = Math.min(a.end - a.start, b.end - b.start);
  let length = 0;
  while (length < most && a.memory[a.start + length] === b.memory[b.start + length]) length += 1;
  return length - (length % TAG_WORDS);
}

/** How many words of whole tags both rows end with, behind those that they begin with. */
function commonEnd(a: TagsInRow, b: TagsInRow, start: number): number {
  const most = Math.min(a.end - a.start, b.end - b.start) - start;
  let length = 0;
  while (length < most && a.memory[a.end - 1 - length] === b.memory[b.end - 1 - length]) length += 1;
  return length - (length % TAG_WORDS);
}
