import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { READER_VERSION, type RepositoryRecord, type StoredRecord } from '../../../../src/dynamodb/records/record.ts';
import type { OwnershipRecord } from '../../../../src/dynamodb/state/ownership.ts';
import { createSearchEngine } from '../../../../src/search/engine/create-engine.ts';
import { createMemory } from '../../../../src/search/replica/memory.ts';
import type { Snapshot } from '../../../../src/search/snapshot/snapshot.ts';
import { createSnapshots } from '../../../../src/search/snapshot/snapshots.ts';
import { until } from '../../../support/eventually.ts';
import { ownershipRecordOf, recordOf } from '../../../support/index/index-records.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

const MARKER: OwnershipRecord = { ...ownershipRecordOf(1), repositoryTable: 'table-1' };
const CHECKPOINT = { cursors: [{ newestMs: 1, seenAtMs: 2, readAtMs: 3 }] };
const { signal } = new AbortController();
const MEBIBYTE = 1024 * 1024;

let directory: string;
let open: Snapshot[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'snapshot-'));
  open = [];
});

afterEach(async () => {
  for (const snapshot of open) await snapshot.close();
  await rm(directory, { recursive: true });
});

const snapshots = (smallBytes = MEBIBYTE) =>
  createSnapshots({ directory, limitBytes: MEBIBYTE, smallBytes, log: pino({ level: 'silent' }), now: () => 10 });

async function begin(smallBytes = MEBIBYTE): Promise<Snapshot> {
  const snapshot = await snapshots(smallBytes).begin(MARKER, createMemory(1, createSearchEngine()));
  open.push(snapshot);
  return snapshot;
}

/** A memory that tells every record it takes over. */
async function restored() {
  const records: RepositoryRecord[] = [];
  const readers: (number | undefined)[] = [];
  const memory = createMemory(1, createSearchEngine());
  const told = {
    ...memory,
    apply(stored: StoredRecord) {
      records.push(stored.record);
      readers.push(stored.reader);
      return memory.apply(stored);
    },
  };
  const found = await snapshots().restore(MARKER, told, signal);
  if (found) open.push(found.snapshot);
  return { found, memory, records, readers };
}

function stored(record: RepositoryRecord, revision: number): StoredRecord {
  const provenance = { epoch: 1, fingerprint: 'f', listedAtMs: 0 };
  return { record, revision, changedAtMs: revision, deleted: false, ...provenance };
}

describe('a snapshot', () => {
  test('gives every field of a record back, in whatever language', async () => {
    const records = [recordOf('a/b'), { ...searchRecord('c'), title: 'Übung 表 🐳', labels: { __proto__x: '"\n' } }];
    const snapshot = await begin();
    for (const record of records) snapshot.memory.apply(stored(record, 1));
    await snapshot.checkpoint(CHECKPOINT);
    const { found, records: read } = await restored();
    expect(found?.checkpoint).toEqual(CHECKPOINT);
    expect(read).toEqual(records);
  });

  test('keeps which reader a record comes from, and is read whichever that is', async () => {
    const snapshot = await begin();
    snapshot.memory.apply({ ...stored(searchRecord('old'), 1), reader: 0 });
    snapshot.memory.apply(stored(searchRecord('before'), 1));
    snapshot.memory.apply({ ...stored(searchRecord('newer'), 1), reader: READER_VERSION + 1 });
    await snapshot.checkpoint(CHECKPOINT);
    const { found, memory, readers } = await restored();
    expect(readers).toEqual([0, undefined, READER_VERSION + 1]);
    found?.snapshot.memory.apply({ ...stored(searchRecord('old', { title: 'Read anew' }), 2), reader: READER_VERSION });
    expect(memory.engine.size().repositories).toBe(3);
    await found?.snapshot.checkpoint(CHECKPOINT);
    const { records } = await restored();
    expect(records.at(-1)).toMatchObject({ name: 'old', title: 'Read anew' });
  });

  test('is not there before its first checkpoint, and leaves nothing behind without one', async () => {
    const snapshot = await begin();
    snapshot.memory.apply(stored(searchRecord('a'), 1));
    expect((await restored()).found).toBeUndefined();
    await snapshot.close();
    expect(await readdir(directory)).toEqual([]);
  });

  test('forgets what the memory forgot', async () => {
    const snapshot = await begin();
    snapshot.memory.apply(stored(searchRecord('a'), 1));
    snapshot.memory.apply(stored(searchRecord('b'), 1));
    snapshot.memory.forget('a');
    await snapshot.checkpoint(CHECKPOINT);
    const { memory } = await restored();
    expect([memory.engine.docOf('a'), memory.engine.docOf('b')]).toEqual([undefined, expect.any(Number)]);
  });

  test('is written anew when most of it is out of date, and loses nothing then', async () => {
    const snapshot = await begin(10_000);
    const size = async () => (await stat(join(directory, 'index.snapshot'))).size;
    let revision = 0;
    const change = async () => {
      revision += 1;
      snapshot.memory.apply(stored(searchRecord('often', { summary: `${revision} ${randomUUID()}` }), revision));
      snapshot.memory.apply(stored(searchRecord(`once-${revision}`), 1));
      await snapshot.checkpoint(CHECKPOINT);
    };
    while (revision < 5) await change();
    let largest = 0;
    await until(async () => {
      await change();
      const now = await size();
      largest = Math.max(largest, now);
      return now < largest;
    });
    await change();
    const { memory, records } = await restored();
    expect(memory.engine.size().repositories).toBe(revision + 1);
    expect(records.findLast(({ name }) => name === 'often')?.summary).toMatch(new RegExp(`^${revision} `));
    expect(records.filter(({ name }) => name === 'often').length).toBeLessThan(revision);
  });
});
