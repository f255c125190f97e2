import { isDeepStrictEqual } from 'node:util';
import { GetItemCommand, PutItemCommand, paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { RecordStore } from '../../../src/dynamodb/records/record-store.ts';
import type { RecordWrite } from '../../../src/dynamodb/records/record-write.ts';
import { eachOf } from '../../support/each-of.ts';
import { DYNAMODBS, type IndexService, startIndexService, unmanaged } from '../../support/index/dynamodb-service.ts';
import { manyTags } from '../../support/index/index-records.ts';

const SHARDS = 8;
const signal = AbortSignal.timeout(30 * 60_000);
describe.each(DYNAMODBS)('on %s', (_, start) => {
  let service: IndexService;
  let store: RecordStore;

  beforeAll(async () => {
    service = await startIndexService(start);
    await service.index.tables(unmanaged).create('repository', signal);
    store = service.index.records(SHARDS);
  });

  afterAll(() => service.stop());

  function recordOf(name: string): RepositoryRecord {
    return {
      name,
      title: undefined,
      summary: `The application ${name}`,
      labels: { maintainer: 'team' },
      isPrivate: false,
      platforms: ['linux/amd64'],
      types: ['image'],
      referrers: [],
      tags: [
        { name: 'latest', digest: `sha256:${'0a'.repeat(32)}`, pushedAtMs: 1_700_000_000_000, platforms: undefined },
      ],
      pushedAtMs: 1_700_000_000_000,
      createdAtMs: undefined,
    };
  }

  function writeOf(name: string, changes: Partial<RecordWrite> = {}): RecordWrite {
    return { record: recordOf(name), epoch: 1, fingerprint: 'f1', listedAtMs: 1, ...changes };
  }

  async function stored(name: string) {
    const found = await store.read(name, signal);
    if (!found) throw new Error(`${name} is not there`);
    return found;
  }

  async function itemBySdk(name: string) {
    const Key = { name: { S: name } };
    return (await service.peer.send(new GetItemCommand({ TableName: 'it-repository', Key }))).Item;
  }

  describe('a record', () => {
    test('is an item that a peer can read', async () => {
      await store.create(writeOf('team/plain'), signal);
      expect(await itemBySdk('team/plain')).toMatchObject({
        name: { S: 'team/plain' },
        summary: { S: 'The application team/plain' },
        platforms: { L: [{ S: 'linux/amd64' }] },
        labels: { S: '{"maintainer":"team"}' },
        tagCount: { N: '1' },
        digests: { B: new Uint8Array(Buffer.from('0a'.repeat(32), 'hex')) },
        epoch: { N: '1' },
        revision: { N: '1' },
        fingerprint: { S: 'f1' },
      });
    });

    test('that is gone is a tombstone with a time to live, in seconds', async () => {
      await store.create(writeOf('team/gone'), signal);
      await store.remove(await stored('team/gone'), writeOf('team/gone'), signal);
      const item = await itemBySdk('team/gone');
      expect(item).toMatchObject({ deleted: { BOOL: true }, tagCount: { N: '0' }, revision: { N: '2' } });
      const lifeSeconds = Number(item?.expiresAt?.N) - Number(item?.changedAt?.N) / 1_000;
      expect(lifeSeconds / (24 * 60 * 60)).toBeCloseTo(7, 3);
    });

    test('that comes back loses its time to live', async () => {
      await store.create(writeOf('team/back'), signal);
      await store.remove(await stored('team/back'), writeOf('team/back'), signal);
      await store.replace(writeOf('team/back'), await stored('team/back'), signal);
      const item = await itemBySdk('team/back');
      expect(item).toMatchObject({ revision: { N: '3' } });
      expect(item).not.toHaveProperty('expiresAt');
      expect(item).not.toHaveProperty('deleted');
    });

    test('gives way where a stray item has its name', async () => {
      const stray = { name: { S: 'team/stray' }, comment: { S: 'by hand' } };
      await service.peer.send(new PutItemCommand({ TableName: 'it-repository', Item: stray }));
      await expect(store.read('team/stray', signal)).rejects.toMatchObject({ failure: { reason: 'RecordUnreadable' } });
      expect(await store.readAll(['team/stray'], signal)).toEqual([]);
      expect(await store.create(writeOf('team/stray'), signal)).toBe('written');
      expect((await stored('team/stray')).record).toEqual(recordOf('team/stray'));
    });

    test('has a size that we and DynamoDB find too large at the same place', async () => {
      const withSummary = (bytes: number) => {
        return { ...recordOf('team/large'), summary: 'x'.repeat(bytes) };
      };
      const results = [];
      for (const bytes of [390, 398, 399.3, 400]) {
        const record = withSummary(Math.floor(bytes * 1024));
        results.push(await store.create(writeOf('team/large', { record, epoch: results.length + 1 }), signal));
      }
      expect(results).toEqual(['written', 'written', 'written', 'tooLarge']);
    });
  });

  describe('a record of 100,000 tags', () => {
    const tags = manyTags(100_000);
    const record = { ...recordOf('large/ci'), representative: undefined, tags };

    test('is written and read whole, and a push into it changes one chunk', async () => {
      expect(await store.create(writeOf('large/ci', { record }), signal)).toBe('written');
      const before = await stored('large/ci');
      expect(isDeepStrictEqual(before.record, record)).toBe(true);
      const pushed = tags.map((tag, at) => (at === 4_711 ? { ...tag, pushedAtMs: 1 } : tag));
      const write = writeOf('large/ci', { record: { ...record, tags: pushed } });
      expect(await store.replace(write, before, signal)).toBe('written');
      const after = await stored('large/ci');
      expect(isDeepStrictEqual(after.record.tags, pushed)).toBe(true);
      const idsBefore = before.chunks?.map(({ id }) => id);
      expect(after.chunks?.filter(({ id }) => !idsBefore?.includes(id))).toHaveLength(1);
      expect(await chunksBySdk('large/ci')).toEqual(after.chunks?.map(({ id }) => `large/ci#${id}`).sort());
    });

    test('comes through a Scan once, and leaves nothing behind when it is gone', async () => {
      const found: RepositoryRecord[] = [];
      for await (const page of store.scan(4, signal)) found.push(...page.map((each) => each.record));
      expect(found.filter(({ name }) => name.startsWith('large/ci')).map(({ tags }) => tags.length)).toEqual([100_000]);
      await store.remove(await stored('large/ci'), writeOf('large/ci'), signal);
      expect(await chunksBySdk('large/ci')).toEqual([]);
      expect(await service.index.sweep.chunks(signal)).toBe(0);
    });

    async function chunksBySdk(name: string): Promise<string[]> {
      const keys: string[] = [];
      for await (const page of paginateScan({ client: service.peer }, { TableName: 'it-repository' }))
        keys.push(
          ...(page.Items ?? []).flatMap((item) => item.name?.S ?? []).filter((key) => key.startsWith(`${name}#`)),
        );
      return keys.sort();
    }
  });

  describe('two writers', () => {
    test('of one repository: every revision has exactly one winner', async () => {
      const name = 'team/contended';
      const other = service.open(service.location).records(SHARDS);
      const writers = [
        { store, fingerprint: 'left' },
        { store: other, fingerprint: 'right' },
      ];
      const first = await Promise.all(writers.map((it) => it.store.create(writeOf(name, it), signal)));
      expect(first.sort()).toEqual(['conflict', 'written']);
      let wins = 1;
      const rounds = 50;
      await eachOf(writers, 2, async ({ store: mine, fingerprint }) => {
        for (let round = 0; round < rounds; ) {
          const seen = await mine.read(name, signal);
          if (!seen) throw new Error('it is gone');
          const result = await mine.replace(writeOf(name, { fingerprint }), seen, signal);
          if (result !== 'written') continue;
          wins++;
          round++;
        }
      });
      expect((await stored(name)).revision).toBe(wins);
      expect(wins).toBe(1 + 2 * rounds);
    });
  });

  describe('many records', () => {
    const names = Array.from({ length: 2_000 }, (_, i) => `many/team-${i % 40}/app-${i}`);

    beforeAll(async () => {
      await eachOf(names, 16, (name) => store.create(writeOf(name), signal));
    });

    test('written at once are all there, each once, as a peer counts them', async () => {
      const found: string[] = [];
      const pages = paginateScan(
        { client: service.peer },
        { TableName: 'it-repository', ProjectionExpression: '#n', ExpressionAttributeNames: { '#n': 'name' } },
      );
      for await (const page of pages) found.push(...(page.Items ?? []).map(({ name }) => name?.S ?? ''));
      expect(found.filter((name) => name.startsWith('many/')).sort()).toEqual(names.toSorted());
    });

    test('are created once only, whoever tries again', async () => {
      const results = new Set<string>();
      await eachOf(names.slice(0, 200), 16, async (name) => results.add(await store.create(writeOf(name), signal)));
      expect([...results]).toEqual(['conflict']);
    });

    test('come through a Scan in segments, each once, past items that are none of ours', async () => {
      const stray = { name: { S: 'unexpected' } };
      await service.peer.send(new PutItemCommand({ TableName: 'it-repository', Item: stray }));
      const found: string[] = [];
      for await (const page of store.scan(4, signal)) found.push(...page.map(({ record }) => record.name));
      expect(found.filter((name) => name.startsWith('many/')).sort()).toEqual(names.toSorted());
      expect(found).not.toContain('unexpected');
    });

    test('are in the feed, each once, in the shard where a peer finds it', async () => {
      const feed = service.index.feed(SHARDS);
      let read = 0;
      for (let shard = 0; shard < feed.shards; shard++) {
        const ours: string[] = [];
        for await (const page of feed.changes(shard, 0, signal)) ours.push(...page.map(({ name }) => name));
        expect(ours).toEqual(await feedBySdk(shard));
        read += ours.filter((name) => name.startsWith('many/')).length;
      }
      expect(read).toBe(names.length);
    });

    async function feedBySdk(shard: number): Promise<string[]> {
      const names: string[] = [];
      const query = {
        TableName: 'it-repository',
        IndexName: 'feed',
        KeyConditionExpression: 'feed = :shard',
        ExpressionAttributeValues: { ':shard': { N: String(shard) } },
      };
      for await (const page of paginateQuery({ client: service.peer }, query))
        names.push(...(page.Items ?? []).map(({ name }) => name?.S ?? ''));
      return names;
    }

    test('are read in batches, more than one answer can hold', async () => {
      const summary = 'x'.repeat(300 * 1024);
      const large = Array.from({ length: 60 }, (_, i) => `large/app-${i}`);
      await eachOf(large, 8, (name) => store.create(writeOf(name, { record: { ...recordOf(name), summary } }), signal));
      const found = await store.readAll([...large, ...names.slice(0, 150), 'nobody'], signal);
      expect(found.map(({ record }) => record.name).sort()).toEqual([...large, ...names.slice(0, 150)].sort());
    });
  });

  describe('a reader', () => {
    test('of a table that is not there learns which', async () => {
      const missing = service.open({ ...service.location, repositoryTable: 'nowhere' });
      await expect(missing.records(SHARDS).read('a', signal)).rejects.toMatchObject({
        failure: { kind: 'notFound', reason: 'TableNotFound', message: expect.stringContaining('table nowhere') },
      });
    });
  });
});
