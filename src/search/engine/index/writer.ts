import type { RepositoryRecord } from '../../../dynamodb/records/record.ts';
import { fold, withoutMarks } from '../../fold.ts';
import { addDoc, deleteDoc, growTo, hasDoc } from '../structures/bitset.ts';
import type { ByteWriter, Slice } from '../structures/bytes.ts';
import type { Span } from '../structures/packed-rows.ts';
import type { RepositoryAttributes } from './doc-store.ts';
import { packTexts, type Texts, WRITTEN } from './doc-texts.ts';
import { BETWEEN } from './fields.ts';
import type { InvertedIndex } from './inverted-index.ts';
import { letterPairsOf } from './ngrams.ts';
import { baseOf, countBase, isChart, removeFromOrders, writeOrders } from './orders.ts';
import { updateTagPostings } from './tag-postings.ts';
import { packTags, type TagPacking, tagsIn } from './tag-store.ts';
import { allOf, docTextsOf, NO_TEXT_POSTINGS, textPostingsOf, updateTextPostings } from './text-postings.ts';

export interface Upserted {
  readonly doc: number;
  /** Whether name, title, summary or labels have changed. Most pushes change none of them. */
  readonly hasNewTexts: boolean;
  /**
   * The pairs of letters of its texts before, where these have changed. Undefined where it is new or has lost a tag or a
   * type, may be seen by others than before, or has moved others in the rank: pushes seldom do.
   */
  readonly formerLetters: readonly number[] | undefined;
  /** Whether it may stand further down among what fits as well as it does. */
  readonly mayHaveFallen: boolean;
}

/** Writes a record whole into the doc of its name. What stays as it was costs next to nothing. */
export function upsertRecord(index: InvertedIndex, doc: number, record: RepositoryRecord): Upserted {
  const { byteWriter, live } = index;
  const isNew = !hasDoc(live, doc);
  const before = isNew ? undefined : baseOf(index, doc);
  const standingBefore = isNew ? undefined : standingOf(index, doc);
  const oldLetters = writeTexts(index, doc, packTexts(byteWriter, textsOf(index, record)));
  const hasLostTags = writeTags(index, doc, packTags(record, tagPackingOf(index)));
  index.charts.write(doc, record);
  const hasOtherKind = writeAttributes(index, doc, record);
  writeOrders(index, doc, record);
  growTo(live, doc);
  addDoc(live, doc);
  const after = baseOf(index, doc);
  countBase(index, { before, after });
  const hasMore = !isNew && before === after && !hasLostTags && !hasOtherKind;
  return {
    doc,
    hasNewTexts: oldLetters !== undefined,
    formerLetters: hasMore ? (oldLetters ?? []) : undefined,
    mayHaveFallen: !standingBefore || isLower(standingOf(index, doc), standingBefore),
  };
}

/** What the order of relevance follows from, beside how well a text fits. */
function standingOf({ repositories }: InvertedIndex, doc: number) {
  const { rankOf, pushedAtOf, attributesOf } = repositories;
  return { rank: rankOf(doc), pushedAtMs: pushedAtOf(doc), isDemoted: isChart(attributesOf(doc)) };
}

type Standing = ReturnType<typeof standingOf>;

function isLower(one: Standing, other: Standing): boolean {
  return one.rank > other.rank || one.pushedAtMs < other.pushedAtMs || (one.isDemoted && !other.isDemoted);
}

const NO_TAGS: Span<Uint32Array> = { memory: new Uint32Array(0), start: 0, end: 0 };

/** Removes a doc from everything. */
export function removeRecord(index: InvertedIndex, doc: number): void {
  const { repositories, byAttributes, live } = index;
  const before = baseOf(index, doc);
  updateTextPostings(index, doc, { before: textPostingsOf(index, doc), after: NO_TEXT_POSTINGS });
  countWritten(index, repositories.writtenLabelsOf(doc), -1);
  writeTags(index, doc, NO_TAGS);
  index.charts.remove(doc);
  byAttributes.remove(repositories.attributesIdOf(doc), doc);
  removeFromOrders(index, doc);
  deleteDoc(live, doc);
  repositories.remove(doc);
  countBase(index, { before, after: undefined });
}

/** Returns the pairs of letters of those before; undefined where they have not changed. */
function writeTexts(index: InvertedIndex, doc: number, texts: Slice): readonly number[] | undefined {
  const { repositories } = index;
  if (repositories.hasTexts(doc, texts)) return undefined;
  const isLive = repositories.isLive(doc);
  const oldLetters = isLive ? letterPairsOf(allOf(docTextsOf(index, doc))).all : [];
  const before = isLive ? textPostingsOf(index, doc) : NO_TEXT_POSTINGS;
  const written = isLive ? repositories.writtenLabelsOf(doc) : [];
  repositories.writeTexts(doc, texts);
  countWritten(index, repositories.writtenLabelsOf(doc), 1);
  countWritten(index, written, -1);
  updateTextPostings(index, doc, { before, after: textPostingsOf(index, doc) });
  return oldLetters;
}

function countWritten({ writtenLabels }: InvertedIndex, ids: readonly number[], by: 1 | -1): void {
  for (const id of ids) writtenLabels.count(id, by);
}

/** Returns whether a tag's name is gone. */
function writeTags(index: InvertedIndex, doc: number, row: Span<Uint32Array>): boolean {
  const hasLostTags = updateTagPostings(index, doc, { before: index.repositories.tagsOf(doc), after: tagsIn(row) });
  index.repositories.writeTags(doc, row);
  return hasLostTags;
}

/** Returns whether a type is gone, or whether it is private has changed. */
function writeAttributes(
  { repositories, byAttributes }: InvertedIndex,
  doc: number,
  record: RepositoryRecord,
): boolean {
  const { types, platforms, referrers, isPrivate } = record;
  const before = repositories.attributesIdOf(doc);
  const after = repositories.attributeSets.idOf({ types, platforms, referrers, isPrivate });
  if (before !== after) byAttributes.remove(before, doc);
  byAttributes.add(after, doc);
  repositories.writeAttributes(doc, after);
  return before !== after && hasLostTypes(repositories.attributeSets.at(before), record);
}

function hasLostTypes(before: RepositoryAttributes | undefined, after: RepositoryAttributes): boolean {
  return before?.isPrivate !== after.isPrivate || before.types.some((type) => !after.types.includes(type));
}

function textsOf(index: InvertedIndex, { title, summary, labels }: RepositoryRecord): Texts {
  return { title, summary, labels: Object.entries(labels).flatMap((label) => internLabel(index, label)) };
}

type Label = readonly [key: string, value: string];

/** As `packTexts` takes it. */
function internLabel({ labels, labelKeys, writtenLabels, byteWriter }: InvertedIndex, [key, value]: Label): number[] {
  const [foldedKey, foldedValue] = [withoutMarks(fold(key)), withoutMarks(fold(value))];
  labelKeys.names.intern(byteWriter.encode(foldedKey));
  const folded = labels.names.intern(packLabel(byteWriter, foldedKey, foldedValue));
  if (foldedKey === key && foldedValue === value) return [folded];
  return [folded, WRITTEN + writtenLabels.intern(packLabel(byteWriter, key, value))];
}

/**
 * A label's key and value as the index keeps them, mostly folded and without marks; valid until the writer is used
 * again.
 */
export function packLabel(writer: ByteWriter, key: string, value: string): Slice {
  writer.start();
  writer.text(key);
  writer.byte(BETWEEN);
  writer.text(value);
  return writer.written();
}

function tagPackingOf(index: InvertedIndex): TagPacking {
  return {
    attributeSets: index.tagAttributeSets,
    nameIdOf: (name) => internTagName(index, name),
    roomFor: index.roomFor,
  };
}

function internTagName({ tagNames, tagNameOrder, byteWriter }: InvertedIndex, name: string): number {
  const slice = byteWriter.encode(name);
  const known = tagNames.names.find(slice);
  if (known >= 0) return known;
  const id = tagNames.names.intern(slice);
  tagNameOrder.insert(id);
  return id;
}
