import { isDeepStrictEqual } from 'node:util';
import { type OwnershipRecord, SCHEMA_VERSION } from '../../dynamodb/state/ownership.ts';
import { isRecord } from '../../json/is-record.ts';
import type { FeedCursor } from '../replica/feed-position.ts';

/**
 * Raised when the form of anything in memory changes, or what is worked out of records and kept there, such as ranks: a
 * snapshot of another form is not read. A test notices both.
 */
const FORM = 10;

/** How far the feed had been read into the memory. */
export interface Checkpoint {
  /** One for each shard of the feed, in their order. */
  readonly cursors: readonly FeedCursor[];
}

/** What a snapshot says of itself before the memory. */
interface Header {
  readonly form: number;
  readonly schema: number;
  /** The build of the tables that it was taken of; it serves for no other. */
  readonly build: Pick<OwnershipRecord, 'epoch' | 'startedAtMs' | 'repositoryTable' | 'source' | 'feedShards'>;
  readonly checkpoint: Checkpoint;
}

/** A snapshot that cannot be used; the message says why. */
export class UnusableSnapshot extends Error {
  override readonly name = 'UnusableSnapshot';
}

export function headerText(ownership: OwnershipRecord, checkpoint: Checkpoint): string {
  return JSON.stringify({ form: FORM, schema: SCHEMA_VERSION, build: buildOf(ownership), checkpoint } satisfies Header);
}

/** Throws an UnusableSnapshot unless it is of this build and of use now; `nowMs` is milliseconds since 1970. */
export function readHeader(text: string, ownership: OwnershipRecord, nowMs: number): Checkpoint {
  const header: unknown = JSON.parse(text);
  if (!isHeader(header)) throw new UnusableSnapshot('it is of another version of this program');
  // Without undefined fields, which JSON leaves out.
  const wanted: unknown = JSON.parse(JSON.stringify(buildOf(ownership)));
  if (!isDeepStrictEqual(header.build, wanted)) throw new UnusableSnapshot('it is of another build or table');
  assertStillOfUse(header.checkpoint, nowMs);
  return header.checkpoint;
}

function buildOf({ epoch, startedAtMs, repositoryTable, source, feedShards }: OwnershipRecord): Header['build'] {
  return { epoch, startedAtMs, repositoryTable, source, feedShards };
}

/** Looks no further: a checksum has shown that the header is as it was written. */
function isHeader(value: unknown): value is Header {
  return isRecord(value) && value.form === FORM && value.schema === SCHEMA_VERSION;
}

/** The feed names a deletion for a week; a day less, because clocks differ and DynamoDB expires items late or early. */
const OLDEST_MS = 6 * 24 * 60 * 60_000;

function assertStillOfUse({ cursors }: Checkpoint, nowMs: number): void {
  const readAtMs = cursors.map((cursor) => cursor.readAtMs);
  if (Math.min(...readAtMs) < nowMs - OLDEST_MS) throw new UnusableSnapshot('it is too old');
  if (Math.max(...readAtMs) > nowMs) throw new UnusableSnapshot('it is later than the clock');
}
