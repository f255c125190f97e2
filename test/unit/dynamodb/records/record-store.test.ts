import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { READER_VERSION } from '../../../../src/dynamodb/records/record.ts';
import type { RecordStore } from '../../../../src/dynamodb/records/record-store.ts';
import type { RecordWrite } from '../../../../src/dynamodb/records/record-write.ts';
import { eachOf } from '../../../support/each-of.ts';
import { startIndex } from '../../../support/index/embedded-service.ts';
import { recordOf } from '../../../support/index/index-records.ts';

const signal = AbortSignal.timeout(30 * 60_000);
let clockMs = 1_000;
let started: Awaited<ReturnType<typeof startIndex>>;
let store: RecordStore;
let names = 0;
let name = '';

beforeAll(async () => {
  started = await startIndex(() => clockMs);
  store = started.index.records(4);
});

afterAll(() => started.stop());

beforeEach(() => {
  clockMs = 1_000;
  name = `team/app-${names++}`;
});

function writeOf(changes: Partial<RecordWrite> = {}): RecordWrite {
  return { record: recordOf(name), epoch: 1, fingerprint: 'f1', listedAtMs: 500, ...changes };
}

async function stored(of = name) {
  const found = await store.read(of, signal);
  if (!found) throw new Error(`${of} is not there`);
  return found;
}

describe('a first write', () => {
  test('gives revision 1, dated by the clock', async () => {
    expect(await store.create(writeOf(), signal)).toBe('written');
    const reader = READER_VERSION;
    expect(await stored()).toEqual({ ...writeOf(), reader, revision: 1, changedAtMs: 1_000, deleted: false });
  });

  test('is a conflict where a record of its epoch is, which stays', async () => {
    await store.create(writeOf(), signal);
    expect(await store.create(writeOf({ fingerprint: 'other' }), signal)).toBe('conflict');
    expect((await stored()).fingerprint).toBe('f1');
  });

  test('replaces a record of an older epoch, and counts from 1 again', async () => {
    await store.create(writeOf(), signal);
    await store.replace(writeOf(), await stored(), signal);
    expect(await store.create(writeOf({ epoch: 2 }), signal)).toBe('written');
    expect(await stored()).toMatchObject({ epoch: 2, revision: 1 });
  });

  test('is a conflict where a record of a newer epoch is', async () => {
    await store.create(writeOf({ epoch: 3 }), signal);
    expect(await store.create(writeOf({ epoch: 2 }), signal)).toBe('conflict');
    expect(await stored()).toMatchObject({ epoch: 3 });
  });

  test('is too large beyond 400 KB, and writes nothing', async () => {
    const summary = 'x'.repeat(400 * 1024);
    const record = { ...recordOf(name), summary };
    expect(await store.create(writeOf({ record }), signal)).toBe('tooLarge');
    expect(await store.read(name, signal)).toBeUndefined();
  });
});

describe('a replacement', () => {
  test('counts the revision on and dates it later, even by a clock that is behind', async () => {
    await store.create(writeOf(), signal);
    clockMs = 10;
    expect(await store.replace(writeOf({ fingerprint: 'f2' }), await stored(), signal)).toBe('written');
    expect(await stored()).toMatchObject({ fingerprint: 'f2', revision: 2, changedAtMs: 1_001 });
  });

  test('of what has changed since is a conflict', async () => {
    await store.create(writeOf(), signal);
    const seen = await stored();
    await store.replace(writeOf({ fingerprint: 'f2' }), seen, signal);
    expect(await store.replace(writeOf({ fingerprint: 'f3' }), seen, signal)).toBe('conflict');
    expect((await stored()).fingerprint).toBe('f2');
  });

  test('of a newer epoch by an older one is a conflict', async () => {
    await store.create(writeOf({ epoch: 2 }), signal);
    expect(await store.replace(writeOf({ epoch: 1 }), await stored(), signal)).toBe('conflict');
    expect(await stored()).toMatchObject({ epoch: 2, revision: 1 });
  });

  test('has exactly one winner of each revision between two writers', async () => {
    await store.create(writeOf(), signal);
    for (let revision = 2; revision <= 6; revision++) {
      const seen = await stored();
      const results = await Promise.all(
        ['left', 'right'].map((fingerprint) => store.replace(writeOf({ fingerprint }), seen, signal)),
      );
      expect(results.sort()).toEqual(['conflict', 'written']);
      expect((await stored()).revision).toBe(revision);
    }
  });
});

describe('a removal', () => {
  test('leaves a tombstone without tags', async () => {
    await store.create(writeOf(), signal);
    clockMs = 2_000;
    const provenance = { epoch: 1, fingerprint: 'empty', listedAtMs: 1_900 };
    expect(await store.remove(await stored(), provenance, signal)).toBe('written');
    const tombstone = await stored();
    expect(tombstone).toMatchObject({ ...provenance, revision: 2, changedAtMs: 2_000, deleted: true });
    expect(tombstone.record.tags).toEqual([]);
  });

  test('is undone by writing the repository again', async () => {
    await store.create(writeOf(), signal);
    await store.remove(await stored(), writeOf(), signal);
    expect(await store.create(writeOf(), signal)).toBe('conflict');
    expect(await store.replace(writeOf(), await stored(), signal)).toBe('written');
    expect(await stored()).toMatchObject({ deleted: false, revision: 3, record: recordOf(name) });
  });
});

describe('reading', () => {
  test('several answers those that are there, each once', async () => {
    const many = Array.from({ length: 230 }, (_, i) => `${name}/${i}`);
    await eachOf(many, 8, (it) => store.create(writeOf({ record: recordOf(it) }), signal));
    const found = await store.readAll([...many, ...many, 'nobody/here'], signal);
    expect(found.map(({ record }) => record.name).sort()).toEqual(many.sort());
  });

  test('all by a Scan in segments gives every record once', async () => {
    await store.create(writeOf(), signal);
    const seen: string[] = [];
    for await (const page of store.scan(4, signal)) seen.push(...page.map(({ record }) => record.name));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toContain(name);
  });

  test('stops with the signal', async () => {
    await expect(store.read(name, AbortSignal.abort())).rejects.toMatchObject({ failure: { kind: 'retryable' } });
  });
});
