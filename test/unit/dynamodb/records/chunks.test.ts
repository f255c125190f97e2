import { DeleteCommand, DynamoDBDocumentClient, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createDynamoClient } from '../../../../src/aws/clients.ts';
import { accessTable } from '../../../../src/dynamodb/items/table-access.ts';
import type { StoredRecord, TagEntry } from '../../../../src/dynamodb/records/record.ts';
import type { RecordStore } from '../../../../src/dynamodb/records/record-store.ts';
import { removeChunks } from '../../../../src/dynamodb/records/write-chunks.ts';
import { credentials, startIndex } from '../../../support/index/embedded-service.ts';
import { manifestsOf, manyTags, recordOf } from '../../../support/index/index-records.ts';

const signal = AbortSignal.timeout(120_000);
const HOUR_MS = 60 * 60_000;
let started: Awaited<ReturnType<typeof startIndex>>;
let peer: DynamoDBDocumentClient;
let store: RecordStore;
let clockMs = 1_000;
let names = 0;
let name = '';
let tableName = '';

beforeAll(async () => {
  started = await startIndex(() => clockMs);
  store = started.index.records(4);
  peer = DynamoDBDocumentClient.from(createDynamoClient({ ...started.location, credentials }));
  tableName = started.location.repositoryTable;
});

afterAll(async () => {
  peer.destroy();
  await started.stop();
});

beforeEach(() => {
  name = `team/app-${names++}`;
  clockMs = 1_000;
});

const tags = manyTags(3_000);

function writeOf(entries: readonly TagEntry[], changes: { fingerprint?: string; epoch?: number } = {}) {
  return { record: { ...recordOf(name), tags: entries }, epoch: 1, fingerprint: 'f1', listedAtMs: 500, ...changes };
}

async function stored(from = store): Promise<StoredRecord> {
  const found = await from.read(name, signal);
  if (!found) throw new Error(`${name} is not there`);
  return found;
}

/** Keys of all chunks that are in the table for this repository. */
async function chunksInTable(): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateScan({ client: peer }, { TableName: tableName }))
    keys.push(...(page.Items ?? []).map((item) => String(item.name)).filter((key) => key.startsWith(`${name}#`)));
  return keys.sort();
}

const keysOf = ({ chunks = [] }: StoredRecord) => chunks.map(({ id }) => `${name}#${id}`).sort();
const dropChunk = (key: string) => peer.send(new DeleteCommand({ TableName: tableName, Key: { name: key } }));

describe('a record of many tags', () => {
  test('comes back whole, by name, with others and by a Scan', async () => {
    expect(await store.create(writeOf(tags), signal)).toBe('written');
    const whole = await stored();
    expect(whole).toMatchObject({ ...writeOf(tags), revision: 1, changedAtMs: 1_000, deleted: false });
    expect(await store.readAll([name, 'nobody'], signal)).toEqual([whole]);
    const scanned: StoredRecord[] = [];
    for await (const page of store.scan(3, signal)) scanned.push(...page);
    expect(scanned.filter(({ record }) => record.name === name)).toEqual([whole]);
    expect(scanned.filter(({ record }) => record.name.includes('#'))).toEqual([]);
  });

  test('has what was read of them beside them, which search does not read', async () => {
    const manifests = manifestsOf(tags);
    expect(await store.create({ ...writeOf(tags), manifests }, signal)).toBe('written');
    const whole = await stored();
    expect(whole.record.tags).toEqual(tags);
    expect(whole.manifests).toEqual(manifests);
    expect(await store.readAll([name], signal)).toEqual([whole]);
    const search = started.index.recordsForSearch(4);
    const { manifests: _, ...read } = whole;
    const searched = { ...read, chunks: read.chunks?.map((chunk) => ({ ...chunk, manifests: undefined })) };
    expect(await search.readAll([name], signal)).toEqual([searched]);
    for await (const page of search.scan(1, signal))
      expect(page.filter((each) => each.manifests !== undefined || each.gaps !== undefined)).toEqual([]);
  });

  test('has one chunk exchanged when one tag is read anew, and one when a signature comes', async () => {
    const manifests = manifestsOf(tags);
    await store.create({ ...writeOf(tags), manifests }, signal);
    const first = await stored();
    const [digest = ''] = [...manifests.byDigest.keys()].slice(77);
    const inspected = { facts: { kind: 'image', sizeBytes: 1 } as const, problems: [] };
    const read = { ...manifests, byDigest: new Map([...manifests.byDigest, [digest, inspected]]) };
    await store.replace({ ...writeOf(tags), manifests: read }, first, signal);
    const second = await stored();
    expect(keysOf(second).filter((key) => !keysOf(first).includes(key))).toHaveLength(1);
    const companion = { name: `sha256-${'0'.repeat(64)}.sig`, digest, pushedAtMs: 5 };
    const signed = { ...read, companions: [companion, ...read.companions] };
    await store.replace({ ...writeOf(tags), manifests: signed }, second, signal);
    const third = await stored();
    expect(keysOf(third).filter((key) => !keysOf(second).includes(key))).toHaveLength(1);
    expect(third.manifests).toEqual(signed);
    expect(await chunksInTable()).toEqual(keysOf(third));
  });

  test('knows nothing of what was read when it was written by a program that reads none', async () => {
    await store.create({ ...writeOf(tags), manifests: manifestsOf(tags) }, signal);
    const before = await stored();
    await store.replace(writeOf(tags), before, signal);
    const after = await stored();
    expect(after.record.tags).toEqual(tags);
    expect(after.manifests).toBeUndefined();
  });

  test('is in the change feed once, without its chunks', async () => {
    await store.create(writeOf(tags), signal);
    const { feed } = started.index;
    const changed: string[] = [];
    for (let shard = 0; shard < 4; shard += 1)
      for await (const page of feed(4).changes(shard, 0, signal)) changed.push(...page.map((change) => change.name));
    expect(changed.filter((each) => each.startsWith(name))).toEqual([name]);
  });

  test('has one chunk exchanged when one tag is pushed', async () => {
    await store.create(writeOf(tags), signal);
    const before = await stored();
    const pushed = tags.map((tag, at) => (at === 9 ? { ...tag, pushedAtMs: 7 } : tag));
    expect(await store.replace(writeOf(pushed), before, signal)).toBe('written');
    const after = await stored();
    expect(after.record.tags).toEqual(pushed);
    expect(keysOf(after).filter((key) => !keysOf(before).includes(key))).toHaveLength(1);
    expect(await chunksInTable()).toEqual(keysOf(after));
  });

  test('becomes one item when few are left, and chunks again when they come back', async () => {
    await store.create(writeOf(tags), signal);
    await store.replace(writeOf(tags.slice(0, 10)), await stored(), signal);
    expect(await stored()).toMatchObject({ record: { tags: tags.slice(0, 10) }, revision: 2 });
    expect(await chunksInTable()).toEqual([]);
    await store.replace(writeOf(tags), await stored(), signal);
    expect((await stored()).record.tags).toEqual(tags);
  });

  test('leaves no chunk behind when the repository goes', async () => {
    await store.create(writeOf(tags), signal);
    await store.remove(await stored(), writeOf([]), signal);
    expect(await stored()).toMatchObject({ deleted: true, record: { tags: [] } });
    expect(await chunksInTable()).toEqual([]);
  });

  test('of which a chunk is lost says what is left, and is whole again after the next write', async () => {
    await store.create(writeOf(tags), signal);
    const [lost = ''] = await chunksInTable();
    await dropChunk(lost);
    const damaged = await stored();
    expect(damaged.record.tags.length).toBeLessThan(tags.length);
    expect(damaged.lostTags).toBe(true);
    expect(await store.replace(writeOf(tags), damaged, signal)).toBe('written');
    expect(await stored()).toMatchObject({ record: { tags }, fingerprint: 'f1' });
    expect((await stored()).lostTags).toBeUndefined();
  });
});

describe('two writers of many tags', () => {
  const leftTags = tags.slice(0, 2_500);
  const rightTags = tags.slice(500);

  test('have exactly one winner of each revision, whose tags are all there', async () => {
    await store.create(writeOf(tags), signal);
    for (let revision = 2; revision <= 8; revision += 1) {
      const seen = await stored();
      const writes = [leftTags, rightTags].map((entries, at) =>
        store.replace(writeOf(entries, { fingerprint: `${at}` }), seen, signal),
      );
      expect((await Promise.all(writes)).sort()).toEqual(['conflict', 'written']);
      const { record, fingerprint, revision: now } = await stored();
      expect({ now, tags: record.tags }).toEqual({ now: revision, tags: fingerprint === '0' ? leftTags : rightTags });
    }
  });

  test('of the first record have one winner too', async () => {
    const writes = [leftTags, rightTags].map((entries, at) =>
      store.create(writeOf(entries, { fingerprint: `${at}` }), signal),
    );
    expect((await Promise.all(writes)).sort()).toEqual(['conflict', 'written']);
    const { record, fingerprint } = await stored();
    expect(record.tags).toEqual(fingerprint === '0' ? leftTags : rightTags);
  });

  test('never take each other’s chunks away, however late one removes what it left out', async () => {
    await store.create(writeOf(tags), signal);
    const chunks = ((await stored()).chunks ?? []).map(({ id }) => id);
    await store.replace(writeOf(tags.slice(0, 3)), await stored(), signal);
    await store.replace(writeOf(tags), await stored(), signal);
    const access = accessTable({ client: peer, table: tableName, at: 'here' });
    await removeChunks(access, { repository: name, chunks, version: { epoch: 1, revision: 2 } }, signal);
    expect(await stored()).toMatchObject({ revision: 3, fingerprint: 'f1', record: { tags } });
  });
});

describe('a reader of many tags', () => {
  test('finds one of two records whole, however often it is written meanwhile', async () => {
    await store.create(writeOf(tags), signal);
    const versions = [tags, tags.map((tag) => ({ ...tag, pushedAtMs: tag.pushedAtMs + 1 }))];
    let writing = true;
    const write = async () => {
      for (let at = 1; at <= 6; at += 1) await store.replace(writeOf(versions[at % 2] ?? []), await stored(), signal);
    };
    const read = async () => {
      while (writing) {
        const { record, fingerprint } = await stored();
        expect({ fingerprint, tags: record.tags.length }).toEqual({ fingerprint: 'f1', tags: tags.length });
        expect(versions.map((version) => version[0]?.pushedAtMs)).toContain(record.tags[0]?.pushedAtMs);
        expect(new Set(record.tags.map(({ pushedAtMs }, at) => pushedAtMs - (tags[at]?.pushedAtMs ?? 0))).size).toBe(1);
      }
    };
    const finished = () => {
      writing = false;
    };
    await Promise.all([write().finally(finished), read()]);
  });
});

describe('a sweep', () => {
  /** What writers that lost have left behind. */
  beforeEach(async () => {
    clockMs += 2 * HOUR_MS;
    await started.index.sweep.chunks(signal);
  });

  const strayChunk = async (fields: { epoch: number; revision: number; writtenAt: number }) => {
    const item = { name: `${name}#stray`, tags: Buffer.alloc(1), digests: Buffer.alloc(1), ...fields };
    await peer.send(new PutCommand({ TableName: tableName, Item: item }));
  };

  test('takes chunks away that no record names, and leaves all records whole', async () => {
    await store.create(writeOf(tags), signal);
    await strayChunk({ epoch: 1, revision: 1, writtenAt: clockMs });
    expect(await started.index.sweep.chunks(signal)).toBe(1);
    expect(await chunksInTable()).toEqual(keysOf(await stored()));
    expect((await stored()).record.tags).toEqual(tags);
    expect(await started.index.sweep.chunks(signal)).toBe(0);
  });

  test.each([
    ['of a write that may be under way', 1],
    ['of a repository that is not written yet', 0],
  ])('leaves chunks %s, until they are an hour old', async (_, records) => {
    if (records === 1) await store.create(writeOf(tags), signal);
    await strayChunk({ epoch: 1, revision: 2, writtenAt: clockMs });
    expect(await started.index.sweep.chunks(signal)).toBe(0);
    clockMs += HOUR_MS + 1;
    expect(await started.index.sweep.chunks(signal)).toBe(1);
    expect(await chunksInTable()).not.toContain(`${name}#stray`);
  });

  test('of earlier builds takes their records and chunks away, and none of this one', async () => {
    await store.create(writeOf(tags), signal);
    const kept = `${name}/kept`;
    const gone = `${name}/gone`;
    await store.create({ ...writeOf(tags), record: { ...recordOf(gone), tags } }, signal);
    await store.create({ ...writeOf([], { epoch: 9 }), record: recordOf(kept) }, signal);
    await store.create(writeOf(tags.slice(0, 2_500), { epoch: 9 }), signal);
    await started.index.sweep.olderThan(9, signal);
    expect(await store.read(gone, signal)).toBeUndefined();
    expect(await store.read(kept, signal)).toMatchObject({ epoch: 9 });
    expect((await stored()).record.tags).toEqual(tags.slice(0, 2_500));
    expect(await chunksInTable()).toEqual(keysOf(await stored()));
    expect(await started.index.sweep.olderThan(9, signal)).toBe(0);
  });
});
