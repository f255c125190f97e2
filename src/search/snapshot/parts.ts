import { type OwnershipRecord, SCHEMA_VERSION } from '../../dynamodb/state/ownership.ts';
import { isRecord } from '../../json/is-record.ts';
import type { FeedCursor } from '../replica/feed-position.ts';
import type { HeldRecord } from '../replica/memory.ts';
import { DamagedFile } from './block-file.ts';

/**
 * Grows when the form of what is written changes; other formats are not read. What an older program has read from the
 * bucket needs no new format: its records are in the table as well, and the feed brings those that replace them.
 */
const FORMAT = 1;

/** What a snapshot was taken of; it serves for nothing else. */
export interface Identity
  extends Pick<OwnershipRecord, 'epoch' | 'startedAtMs' | 'repositoryTable' | 'source' | 'feedShards'> {
  readonly format: number;
  readonly schema: number;
}

/** How far the feed had been read when everything before it was written. */
export interface Checkpoint {
  /** One a shard, in order. */
  readonly cursors: readonly FeedCursor[];
}

/** A record that the memory applied, or the name of one that it forgot. */
export type Entry = { readonly held: HeldRecord } | { readonly forgotten: string };

/** A snapshot is one identity, then entries in the order in which they happened, with checkpoints between them. */
export type Part =
  | { readonly kind: 'identity'; readonly identity: Identity }
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint };

export function identityOf({ epoch, startedAtMs, repositoryTable, source, feedShards }: OwnershipRecord): Identity {
  return { format: FORMAT, schema: SCHEMA_VERSION, epoch, startedAtMs, repositoryTable, source, feedShards };
}

export function entryText(entry: Entry): string {
  return JSON.stringify(entry);
}

/** A part whose entries are texts already. */
export function entriesText(entries: readonly string[]): string {
  return `{"kind":"entries","entries":[${entries.join(',')}]}`;
}

export function partText(part: Part): string {
  return JSON.stringify(part);
}

/** Reads what this program has written; the checksum was right. Throws DamagedFile. */
export function parsePart(text: string): Part {
  const part: unknown = JSON.parse(text);
  if (!isPart(part)) throw new DamagedFile('a part is of an unknown kind');
  return part;
}

const KINDS: readonly unknown[] = ['identity', 'entries', 'checkpoint'];

function isPart(value: unknown): value is Part {
  return isRecord(value) && KINDS.includes(value.kind);
}
