import { setImmediate } from 'node:timers/promises';
import { ServiceError } from '../../../src/aws/errors.ts';
import type { Change } from '../../../src/dynamodb/records/change-feed.ts';
import type { RepositoryRecord, StoredRecord } from '../../../src/dynamodb/records/record.ts';
import type { OwnershipRecord, OwnershipState } from '../../../src/dynamodb/state/ownership.ts';
import type { IndexSource } from '../../../src/search/replica/loaded-index.ts';
import { createMemoryRanges, type MemoryRanges } from '../index/memory-index.ts';
import { searchRecord } from './search-records.ts';

type Fault = 'none' | 'missing' | 'throttled';

/** The two tables as a replica sees them, in memory, with the faults that tests want. */
export interface SearchTables extends IndexSource {
  readonly ranges: MemoryRanges;
  setOwnership(state: OwnershipState): void;
  /** Writes a record (a tombstone with `deleted`) as a writer whose clock shows `changedAtMs` does. */
  write(name: string, changedAtMs: number, write?: TableWrite): void;
  /** Takes the item away without a trace, as an expired tombstone goes. */
  expire(name: string): void;
  /** Entries of these names stay out of the feed until told otherwise. */
  hideFromFeed(names: readonly string[]): void;
  /** What all reads do from now on. */
  fail(fault: Fault): void;
  /** Runs when a Scan has read its last page. */
  afterScan(hook: () => void): void;
  /** Empties the repository table, as if it was made anew. */
  clear(): void;
  /** How often the whole table was read to its end so far. */
  scans(): number;
  /** How many records were read by name so far. */
  reads(): number;
}

export interface TableWrite extends Partial<Omit<RepositoryRecord, 'name'>> {
  readonly epoch?: number;
  readonly revision?: number;
  readonly deleted?: boolean;
  /** When an event led to it. */
  readonly hintedAtMs?: number;
}

export const SHARDS = 2;

export function ownershipRecordOf(fields: Partial<OwnershipRecord> = {}): OwnershipState {
  return {
    kind: 'ours',
    ownership: {
      owner: { cluster: 'c', namespace: 'n', name: 'o' },
      ownerSeenAtMs: 0,
      epoch: 1,
      repositoryTable: 'table-1',
      source: 's3://bucket/#V2',
      feedShards: SHARDS,
      intent: 'none',
      complete: true,
      refill: false,
      startedAtMs: 1,
      completedAtMs: 2,
      ...fields,
    },
  };
}

export function createSearchTables(): SearchTables {
  const items = new Map<string, StoredRecord>();
  let ownership = ownershipRecordOf();
  let fault: Fault = 'none';
  let hidden: readonly string[] = [];
  let scanned = () => {};
  let reads = 0;
  let scans = 0;

  const answer = async () => {
    await setImmediate();
    if (fault !== 'none') throw faultError(fault);
  };

  const records: ReturnType<IndexSource['records']> = {
    async readAll(names) {
      await answer();
      reads += names.length;
      return names.flatMap((name) => items.get(name) ?? []);
    },
    async *scan() {
      for (const item of [...items.values()]) {
        await answer();
        yield [item];
      }
      await answer();
      scans += 1;
      scanned();
    },
  };

  async function* changes(shard: number, sinceMs: number): AsyncGenerator<Change[]> {
    const entries = [...items.values()]
      .filter(({ record, changedAtMs }) => shardOf(record.name) === shard && changedAtMs >= sinceMs)
      .filter(({ record }) => !hidden.includes(record.name))
      .toSorted((a, b) => a.changedAtMs - b.changedAtMs);
    await answer();
    for (const { record, changedAtMs } of entries) yield [{ name: record.name, changedAtMs }];
  }

  return {
    ownership: {
      async read() {
        await answer();
        return ownership;
      },
    },
    ranges: createMemoryRanges(),
    records: () => records,
    feed: (shards) => ({ shards, changes }),
    setOwnership(state) {
      ownership = state;
    },
    write(name, changedAtMs, { epoch = 1, revision, deleted = false, hintedAtMs, ...fields } = {}) {
      const before = items.get(name);
      const next = before?.epoch === epoch ? before.revision + 1 : 1;
      const record = searchRecord(name, { ...fields, ...(deleted ? { tags: [] } : {}) });
      const provenance = { epoch, fingerprint: 'f', listedAtMs: changedAtMs, hintedAtMs };
      items.set(name, { ...provenance, record, revision: revision ?? next, changedAtMs, deleted });
    },
    expire: (name) => void items.delete(name),
    hideFromFeed(names) {
      hidden = names;
    },
    fail(next) {
      fault = next;
    },
    afterScan(hook) {
      scanned = hook;
    },
    clear: () => items.clear(),
    scans: () => scans,
    reads: () => reads,
  };
}

function faultError(fault: Fault): ServiceError {
  if (fault === 'missing') {
    return new ServiceError({ kind: 'notFound', reason: 'TableNotFound', message: 'the table does not exist' });
  }
  return new ServiceError({ kind: 'retryable', reason: 'Throttled', message: 'slow down' });
}

/** Names of one length share a shard. */
function shardOf(name: string): number {
  return name.length % SHARDS;
}
