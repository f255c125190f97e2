import { type OwnershipRecord, SCHEMA_VERSION } from '../../dynamodb/state/ownership.ts';
import type { FeedCursor } from '../replica/feed-position.ts';
import type { HeldRecord } from '../replica/memory.ts';
import { DamagedFile } from './block-file.ts';

/**
 * Grows whenever what is written changes its form; others are not read. It is not for what is read of the bucket: a
 * record of an older reader is as good here as it is in the table, and the feed brings the one that takes its place.
 */
const FORMAT = 1;

/** What a snapshot was taken of. It is of use for exactly that. */
export interface Identity
  extends Pick<OwnershipRecord, 'epoch' | 'startedAtMs' | 'repositoryTable' | 'source' | 'feedShards'> {
  readonly format: number;
  readonly schema: number;
}

/** How far the feed was followed when everything before it had been written. */
export interface Checkpoint {
  /** One a shard, in order. */
  readonly cursors: readonly FeedCursor[];
}

/** A record that the memory took over, or the name of one that it forgot. */
export type Entry = { readonly held: HeldRecord } | { readonly forgotten: string };

/** A snapshot is one identity, then entries in the order in which they came about, with checkpoints between them. */
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

/** Reads what this program has written: the checksum has been compared before. Throws DamagedFile. */
export function parsePart(text: string): Part {
  const part: unknown = JSON.parse(text);
  if (!isPart(part)) throw new DamagedFile('a part is of no known kind');
  return part;
}

const KINDS: readonly unknown[] = ['identity', 'entries', 'checkpoint'];

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && 'kind' in value && KINDS.includes(value.kind);
}
