import type { RepositoryRecord } from '../../../index/record.ts';
import { fold } from '../../fold.ts';
import { addSlot, deleteSlot, growTo, hasSlot } from '../structures/bitset.ts';
import type { ByteWriter } from '../structures/byte-writer.ts';
import { compareText, type Slice } from '../structures/bytes.ts';
import type { TagsInRow } from './doc-store.ts';
import { packTexts, type Texts } from './doc-texts.ts';
import type { EngineIndex } from './inverted-index.ts';
import { relinkTags } from './tag-postings.ts';
import { packTags, TAG_WORDS, type TagPacking, tagNameAt } from './tag-store.ts';
import { NO_TEXT_LINKS, relinkTexts, textLinksOf } from './text-postings.ts';
import { BETWEEN } from './tokens.ts';

export interface Upserted {
  readonly slot: number;
  /** Whether name, title, summary or labels are other than before. Pushes leave them as they are. */
  readonly hasNewTexts: boolean;
}

/** Writes a record whole into the slot of its name. What stays as it was costs next to nothing. */
export function upsertRecord(index: EngineIndex, slot: number, record: RepositoryRecord): Upserted {
  const { writer, byName, live } = index;
  const isNew = !hasSlot(live, slot);
  const hasNewTexts = writeTexts(index, slot, packTexts(writer, textsOf(index, record)));
  writeTags(index, slot, packTags(record.tags, tagPackingOf(index, slot)));
  writeProfile(index, slot, record);
  writePush(index, slot, { pushedAtMs: record.pushedAtMs, isNew });
  if (!isNew) return { slot, hasNewTexts };
  byName.insert(slot);
  growTo(live, slot);
  addSlot(live, slot);
  return { slot, hasNewTexts };
}

const NO_TAGS: TagsInRow = { memory: new Uint32Array(0), start: 0, end: 0 };

/** Removes everything there is of a slot. */
export function removeSlot(index: EngineIndex, slot: number): void {
  const { repositories, byName, byPush, byProfile, live } = index;
  relinkTexts(index, slot, { before: textLinksOf(index, slot), after: NO_TEXT_LINKS });
  writeTags(index, slot, NO_TAGS);
  byProfile.remove(repositories.profileIdOf(slot), slot);
  byName.remove(slot);
  byPush.remove(slot);
  deleteSlot(live, slot);
  repositories.remove(slot);
}

/** Says whether they are other than before. */
function writeTexts(index: EngineIndex, slot: number, texts: Slice): boolean {
  const { repositories } = index;
  if (repositories.hasTexts(slot, texts)) return false;
  const before = repositories.isLive(slot) ? textLinksOf(index, slot) : NO_TEXT_LINKS;
  repositories.writeTexts(slot, texts);
  relinkTexts(index, slot, { before, after: textLinksOf(index, slot) });
  return true;
}

function writeTags(index: EngineIndex, slot: number, after: TagsInRow): void {
  relinkTags(index, slot, { before: index.repositories.tagsOf(slot), after });
  index.repositories.writeTags(slot, after);
}

function writeProfile({ repositories, byProfile }: EngineIndex, slot: number, record: RepositoryRecord): void {
  const { types, platforms, referrers, isPrivate } = record;
  const before = repositories.profileIdOf(slot);
  const after = repositories.profiles.idOf({ types, platforms, referrers, isPrivate });
  if (before !== after) byProfile.remove(before, slot);
  byProfile.add(after, slot);
  repositories.writeProfile(slot, after);
}

interface Push {
  readonly pushedAtMs: number;
  /** Whether the slot is in no order yet. */
  readonly isNew: boolean;
}

function writePush({ repositories, byPush }: EngineIndex, slot: number, { pushedAtMs, isNew }: Push): void {
  if (!isNew && repositories.pushedAtOf(slot) === pushedAtMs) return;
  if (!isNew) byPush.remove(slot);
  repositories.writePush(slot, pushedAtMs);
  byPush.insert(slot);
}

function textsOf(index: EngineIndex, { title, summary, labels }: RepositoryRecord): Texts {
  const ids = Object.entries(labels).map(([key, value]) => internLabel(index, fold(key), fold(value)));
  return { title, summary, labels: ids };
}

function internLabel({ labels, labelKeys, writer }: EngineIndex, key: string, value: string): number {
  labelKeys.names.intern(writer.encode(key));
  return labels.names.intern(packLabel(writer, key, value));
}

/** A label's key and value, both folded, as the index keeps them; good as long as what the writer has written. */
export function packLabel(writer: ByteWriter, key: string, value: string): Slice {
  writer.start();
  writer.text(key);
  writer.byte(BETWEEN);
  writer.text(value);
  return writer.written();
}

function tagPackingOf(index: EngineIndex, slot: number): TagPacking {
  return { kinds: index.tagKinds, nameIdOf: createNameReader(index, slot), roomFor: index.scratch };
}

/**
 * Tells the ids of tags' names. Both those of a record and those that the slot has are sorted, so that most are found by
 * going along; what is not is looked up.
 */
function createNameReader(index: EngineIndex, slot: number): (name: string) => number {
  const { memory, start, end } = index.repositories.tagsOf(slot);
  let tag = start;
  return (name) => {
    for (; tag < end; tag += TAG_WORDS) {
      const id = tagNameAt(memory, tag);
      const order = compareText(index.tagNames.names.at(id), name);
      if (order === 0) return id;
      if (order > 0) break;
    }
    return internTagName(index, name);
  };
}

function internTagName({ tagNames, tagNameOrder, writer }: EngineIndex, name: string): number {
  const slice = writer.encode(name);
  const known = tagNames.names.find(slice);
  if (known >= 0) return known;
  const id = tagNames.names.intern(slice);
  tagNameOrder.insert(id);
  return id;
}
