import type { RepositoryRecord } from '../../../dynamodb/records/record.ts';
import { CHART } from '../../query/query.ts';
import { isDeprecated, isNamedAfterSource, SOURCE_LABELS } from '../rank/record-signals.ts';
import { isDeprecatedRank, staticRank } from '../rank/static-rank.ts';
import { hasDoc } from '../structures/bitset.ts';
import { encode, type Slice, sliceOf, startsWith } from '../structures/bytes.ts';
import { BASE_IMAGE_LABEL, meansName } from './base-images.ts';
import { BETWEEN, SLASH } from './fields.ts';
import type { InvertedIndex } from './inverted-index.ts';

/** Puts a doc where it stands in the orders by name, push and rank, once its tags are written. */
export function writeOrders(index: InvertedIndex, doc: number, record: RepositoryRecord): void {
  const { repositories, baseImages, byName, live } = index;
  const isNew = !hasDoc(live, doc);
  if (isNew) byName.insert(doc);
  if (isNew) baseImages.addMirror(doc, record.name);
  const place = { pushedAtMs: record.pushedAtMs, rank: rankNow(index, doc, isDeprecated(record)) };
  if (!isNew && place.pushedAtMs === repositories.pushedAtOf(doc)) rerank(index, doc, place.rank);
  else move(index, doc, { ...place, isNew });
}

interface Move {
  readonly pushedAtMs: number;
  readonly rank: number;
  /** Whether the doc is in no order yet. */
  readonly isNew: boolean;
}

function move({ repositories, byPush, byRank }: InvertedIndex, doc: number, { pushedAtMs, rank, isNew }: Move): void {
  if (!isNew) byPush.remove(doc);
  if (!isNew) byRank.remove(doc);
  repositories.writePush(doc, pushedAtMs);
  repositories.writeRank(doc, rank);
  byPush.insert(doc);
  byRank.insert(doc);
}

function rerank({ repositories, byRank }: InvertedIndex, doc: number, rank: number): void {
  if (rank === repositories.rankOf(doc)) return;
  byRank.remove(doc);
  repositories.writeRank(doc, rank);
  byRank.insert(doc);
}

/** Takes a doc out of all orders; it still has its name and times. */
export function removeFromOrders(
  { repositories, baseImages, byName, byPush, byRank }: InvertedIndex,
  doc: number,
): void {
  baseImages.removeMirror(doc, repositories.nameTextOf(doc));
  byName.remove(doc);
  byPush.remove(doc);
  byRank.remove(doc);
}

function rankNow(index: InvertedIndex, doc: number, isMarked: boolean): number {
  const { repositories, baseImages } = index;
  const name = repositories.nameTextOf(doc);
  return staticRank({
    dependents: baseImages.dependentsOf(name),
    tags: repositories.tagCountOf(doc),
    depth: depthOf(name),
    isNamedAfterSource: isNamedAfterSource(name, sourceOf(index, doc)),
    isChart: isChart(repositories.attributesOf(doc)),
    isDeprecated: isMarked,
  });
}

/** Whether what it holds first of all is a chart. */
export function isChart({ types }: Pick<RepositoryRecord, 'types'>): boolean {
  return types[0] === CHART;
}

function depthOf(name: string): number {
  let slashes = 0;
  for (let at = 0; at < name.length; at += 1) if (name.charCodeAt(at) === SLASH) slashes += 1;
  return slashes;
}

/** What `baseOf` returns for a doc before and after a write. */
export interface BaseChange {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Counts what a doc is built on; those that it counts for get another rank. */
export function countBase(index: InvertedIndex, { before, after }: BaseChange): void {
  if (before === after) return;
  const { baseImages } = index;
  if (before !== undefined) baseImages.count(before, -1);
  if (after !== undefined) baseImages.count(after, 1);
  for (const reference of [before, after]) if (reference !== undefined) rerankMeant(index, reference);
}

function rerankMeant(index: InvertedIndex, reference: string): void {
  const { repositories, baseImages, live } = index;
  for (const doc of baseImages.meantBy(reference)) {
    if (hasDoc(live, doc)) rerank(index, doc, rankNow(index, doc, isDeprecatedRank(repositories.rankOf(doc))));
  }
}

/** What the packed label begins with that names a base. */
export const BASE_KEY = labelStart(BASE_IMAGE_LABEL);
const SOURCE_KEYS = SOURCE_LABELS.map(labelStart);

/** What packed labels of that key begin with. */
function labelStart(label: string): Slice {
  return sliceOf(Buffer.concat([encode(label), Buffer.of(BETWEEN)]));
}

/**
 * What a live doc names as its base. Undefined where it names itself; and of a private one, for the order of an answer
 * must not reveal it.
 */
export function baseOf(index: InvertedIndex, doc: number): string | undefined {
  const { repositories } = index;
  if (repositories.attributesOf(doc).isPrivate) return undefined;
  const reference = labelOf(index, doc, BASE_KEY);
  if (reference === undefined) return undefined;
  return meansName(reference, repositories.nameTextOf(doc)) ? undefined : reference;
}

function sourceOf(index: InvertedIndex, doc: number): string {
  for (const key of SOURCE_KEYS) {
    const source = labelOf(index, doc, key);
    if (source !== undefined) return source;
  }
  return '';
}

/** The folded value of a doc's label. */
function labelOf({ repositories, labels }: InvertedIndex, doc: number, key: Slice): string | undefined {
  const id = repositories.labelsOf(doc).find((one) => startsWith(labels.names.at(one), key));
  return id === undefined ? undefined : labels.names.textAt(id).slice(key.end);
}
