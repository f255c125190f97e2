import type { RepositoryRecord } from '../../index/record.ts';
import { fold } from '../fold.ts';
import { encode, type Slice, sliceOf } from './bytes.ts';
import type { EngineIndex } from './engine-index.ts';
import { forgetIn, type Links, linksOf, NO_LINKS, relink } from './links.ts';
import { type Content, joinTexts } from './repositories.ts';
import { addSlot, deleteSlot, growTo } from './slot-set.ts';
import { packTags } from './tag-rows.ts';

/** Writes a record whole, and answers with its slot. */
export function upsertRecord(index: EngineIndex, record: RepositoryRecord): number {
  const { repositories, byName, byPush, live } = index;
  const name = sliceOf(encode(record.name));
  const known = repositories.find(name);
  const before = known < 0 ? NO_LINKS : linksOf(index, known);
  if (known >= 0) byPush.remove(known);
  const slot = known < 0 ? repositories.add(name) : known;
  repositories.write(slot, contentOf(index, record));
  growTo(live, slot);
  addSlot(live, slot);
  if (known < 0) byName.insert(slot);
  byPush.insert(slot);
  relinkAll(index, slot, { before, after: linksOf(index, slot) });
  return slot;
}

/** Removes everything there is of a slot. */
export function removeSlot(index: EngineIndex, slot: number): void {
  const { repositories, byName, byPush, live } = index;
  relinkAll(index, slot, { before: linksOf(index, slot), after: NO_LINKS });
  byName.remove(slot);
  byPush.remove(slot);
  deleteSlot(live, slot);
  repositories.remove(slot);
}

function relinkAll(index: EngineIndex, slot: number, { before, after }: { before: Links; after: Links }): void {
  const { words, labels, labelKeys, tagNames } = index;
  const forgetTagName = (id: number) => {
    index.tagNameOrder.remove(id);
    tagNames.names.drop(id);
  };
  const links = (kind: keyof Links) => ({ before: before[kind], after: after[kind] });
  relink(slot, { lists: words.lists, ...links('words'), onEmpty: words.tidy });
  relink(slot, { lists: index.byEdge, ...links('edges'), onEmpty: undefined });
  relink(slot, { lists: labels.lists, ...links('labels'), onEmpty: forgetIn(labels) });
  relink(slot, { lists: labelKeys.lists, ...links('labelKeys'), onEmpty: forgetIn(labelKeys) });
  relink(slot, { lists: tagNames.lists, ...links('tagNames'), onEmpty: forgetTagName });
  relink(slot, { lists: index.byTagKind, ...links('tagKinds'), onEmpty: undefined });
  relink(slot, { lists: index.byDigest, ...links('digests'), onEmpty: undefined });
  relink(slot, { lists: index.byProfile, ...links('profiles'), onEmpty: undefined });
}

function contentOf(index: EngineIndex, record: RepositoryRecord): Content {
  const { title, summary, types, platforms, referrers, isPrivate, pushedAtMs } = record;
  return {
    title,
    summary,
    labels: Object.entries(record.labels).map(([key, value]) => internLabel(index, fold(key), fold(value))),
    profile: index.repositories.profiles.idOf({ types, platforms, referrers, isPrivate }),
    pushedAtMs,
    tags: packTags(record.tags, { kinds: index.tagKinds, nameIdOf: (name) => internTagName(index, name) }),
  };
}

function internLabel({ labels, labelKeys }: EngineIndex, key: string, value: string): number {
  labelKeys.names.intern(sliceOf(encode(key)));
  return labels.names.intern(labelSlice(key, value));
}

/** A label's key and value, both folded, as the index keeps them. */
export function labelSlice(key: string, value: string): Slice {
  return sliceOf(joinTexts([encode(key), encode(value)]));
}

function internTagName({ tagNames, tagNameOrder }: EngineIndex, name: string): number {
  const slice = sliceOf(encode(name));
  const known = tagNames.names.find(slice);
  if (known >= 0) return known;
  const id = tagNames.names.intern(slice);
  tagNameOrder.insert(id);
  return id;
}
