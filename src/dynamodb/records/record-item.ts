import { type Item, isItem, isText, readItem, UnreadableItem } from '../items/item.ts';
import { EXPIRY_ATTRIBUTE, feedShardOf } from '../tables/schema.ts';
import { packGaps, unpackGaps } from './fault-items.ts';
import type { RepositoryRecord, StoredRecord } from './record.ts';
import type { TagLayout } from './tag-layout.ts';
import { readTags } from './tag-pack.ts';

/** A replica that was stopped for longer reads the whole table anyway. */
const TOMBSTONE_DAYS = 7;

/** The main item of a repository: its record without the tags that are in chunks. */
export interface MainItem {
  /** Without manifests, and without tags where there are chunks. */
  readonly stored: StoredRecord;
  readonly chunks: readonly string[];
  /** The representative tag; empty where there is none, undefined where no manifests were written. */
  readonly representative: string | undefined;
  /** Packed manifests; undefined where they are in chunks, or were not requested. */
  readonly readings: Uint8Array | undefined;
}

/** The attributes that search reads: all except those that only the indexer needs. */
export const SEARCH_ATTRIBUTES: readonly string[] = [
  'name',
  'title',
  'summary',
  'labels',
  'representative',
  'private',
  'platforms',
  'types',
  'referrers',
  'pushedAt',
  'createdAt',
  'tags',
  'digests',
  'charts',
  'parts',
  'epoch',
  'revision',
  'reader',
  'fingerprint',
  'listedAt',
  'hintedAt',
  'changedAt',
  'deleted',
];

/** A record as an item of the repository table. Times are milliseconds since 1970, the expiry seconds, as TTL wants. */
export function mainItem(stored: StoredRecord, layout: TagLayout, feedShards: number): Item {
  const { record, manifests, gaps, reader, epoch, revision, fingerprint, changedAtMs, deleted } = stored;
  const { name } = record;
  const times = { listedAt: stored.listedAtMs, hintedAt: stored.hintedAtMs, changedAt: changedAtMs };
  const provenance = { epoch, revision, fingerprint, ...times, reader };
  const tombstone = deleted ? { deleted, [EXPIRY_ATTRIBUTE]: expiryOf(changedAtMs) } : {};
  const feed = feedShardOf(name, feedShards);
  const found = {
    ...textItem(record),
    ...tagsItem(layout),
    representative: manifests && (manifests.representative ?? ''),
  };
  return { ...found, ...provenance, gaps: gaps && packGaps(gaps), feed, ...tombstone };
}

/** Reverses `mainItem`, for items of any version. Throws UnreadableItem. */
export function parseMainItem(item: Item): MainItem {
  const name = readItem(item, 'a record').text('name');
  const { text, number, flag, bytes, texts, optional } = readItem(item, `repository ${name}`);
  const representative = optional('representative', text);
  const chunks = optional('parts', texts) ?? [];
  const stored = {
    record: {
      ...parseText(item, name),
      representative: representative || undefined,
      tags: chunks.length > 0 ? [] : readTags(item, `repository ${name}`),
    },
    epoch: number('epoch'),
    revision: number('revision'),
    ...parseCompared(item, `repository ${name}`),
    listedAtMs: number('listedAt'),
    hintedAtMs: optional('hintedAt', number),
    changedAtMs: number('changedAt'),
    deleted: optional('deleted', flag) ?? false,
  };
  return { stored, chunks, representative, readings: optional('readings', bytes) };
}

/**
 * How the bucket was read for this item, which is all that a resync compares. Throws UnreadableItem.
 */
export function parseCompared(item: Item, what: string): Pick<StoredRecord, 'fingerprint' | 'reader' | 'gaps'> {
  const { text, number, bytes, optional } = readItem(item, what);
  const gaps = optional('gaps', bytes);
  return {
    fingerprint: withoutDoubt(text('fingerprint')),
    reader: optional('reader', number),
    gaps: gaps && unpackGaps(gaps, what),
  };
}

/** Before readers had versions, a `?` after the fingerprint marked that something could not be read. */
function withoutDoubt(fingerprint: string): string {
  return fingerprint.replace(/\?$/, '');
}

function tagsItem(layout: TagLayout): Item {
  if (layout.kind === 'inline') return { ...layout.packed };
  const { ids, tagCount } = layout;
  return { parts: ids, ...(tagCount !== undefined && { tagCount }) };
}

/**
 * Labels are kept as JSON text: an image may have labels that a map of DynamoDB cannot hold (an empty name) and the
 * SDK would not give back (`__proto__`).
 */
function textItem({ name, title, summary, labels, tags, pushedAtMs, createdAtMs, ...rest }: RepositoryRecord): Item {
  const { platforms, types, referrers, isPrivate } = rest;
  const texts = { name, title, summary, labels: JSON.stringify(labels), platforms, types, referrers };
  const privacy = isPrivate ? { private: isPrivate } : {};
  return { ...texts, ...privacy, tagCount: tags.length, pushedAt: pushedAtMs, createdAt: createdAtMs };
}

function parseText(item: Item, name: string): Omit<RepositoryRecord, 'tags'> {
  const what = `repository ${name}`;
  const { text, number, flag, texts, optional } = readItem(item, what);
  return {
    name,
    title: optional('title', text),
    summary: optional('summary', text),
    labels: parseLabels(text('labels'), what),
    isPrivate: optional('private', flag) ?? false,
    platforms: texts('platforms'),
    types: texts('types'),
    referrers: texts('referrers'),
    pushedAtMs: number('pushedAt'),
    createdAtMs: optional('createdAt', number),
  };
}

function parseLabels(json: string, what: string): Record<string, string> {
  const labels = parseJson(json);
  if (!isLabels(labels)) throw new UnreadableItem(`${what}: labels are not as expected`);
  return labels;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isLabels(value: unknown): value is Record<string, string> {
  return isItem(value) && Object.values(value).every(isText);
}

function expiryOf(deletedAtMs: number): number {
  return Math.ceil(deletedAtMs / 1_000) + TOMBSTONE_DAYS * 24 * 60 * 60;
}
