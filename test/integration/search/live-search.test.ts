import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { tempDirectory } from '../../env/temp-directory.ts';
import { until } from '../../support/eventually.ts';
import { type LiveIndex, startLiveIndex } from '../../support/index/live-index.ts';
import { type LiveSearch, startLiveSearch } from '../../support/search/live-search.ts';
import { searchRecord } from '../../support/search/search-records.ts';

let live: LiveIndex;
let search: LiveSearch;

beforeAll(async () => {
  live = await startLiveIndex();
});

afterAll(() => live?.stop());

beforeEach(async () => {
  await live.makeTables();
});

afterEach(async () => {
  await search?.stop();
  await live.dropTables().catch(() => undefined);
});

async function untilFound(term: string, names: readonly string[]): Promise<void> {
  await until(async () => isDeepStrictEqual((await search.find(term)).sort(), names.toSorted()));
}

async function startReady(): Promise<void> {
  search = await startLiveSearch(live.index);
  await until(() => search.isReady());
}

async function status(): Promise<{ incomplete: boolean }> {
  return JSON.parse(await (await fetch(`${search.url}/v1/status`)).text());
}

describe('search on DynamoDB', () => {
  test('shows what is written, changed and deleted, without being started again', async () => {
    await live.mark({ complete: true });
    await live.put(1, [searchRecord('team/one'), searchRecord('team/two')]);
    await startReady();
    expect(await search.find('team/one')).toEqual(['team/one']);
    await live.put(1, [searchRecord('team/three', { summary: 'Three of a kind' })]);
    await untilFound('of a kind', ['team/three']);
    await live.remove('team/one');
    await untilFound('', ['team/two', 'team/three']);
  });

  test('answers during the first build, and says that it is incomplete', async () => {
    await live.mark({ complete: false });
    await startReady();
    expect(await status()).toEqual({ repositories: 0, tags: 0, incomplete: true, epoch: 1 });
    await live.put(1, [searchRecord('early')]);
    await untilFound('', ['early']);
    await live.mark({ complete: true });
    await until(async () => !(await status()).incomplete);
    expect(await status()).toEqual({ repositories: 1, tags: 1, incomplete: false, epoch: 1 });
  });

  test('goes on answering when both tables are deleted, and swaps to the next build when that is complete', async () => {
    await live.mark({ complete: true });
    await live.put(1, [searchRecord('old'), searchRecord('both')]);
    await startReady();
    await live.dropTables();
    await until(async () => /replica_errors_total\{.*TableNotFound/.test(await metrics()));
    expect((await search.find('')).sort()).toEqual(['both', 'old']);
    expect(search.isReady()).toBe(true);

    await live.makeTables();
    await live.mark({ epoch: 2, startedAtMs: Date.now(), refill: true });
    await live.put(2, [searchRecord('both'), searchRecord('new')]);
    await passes(3);
    expect((await search.find('')).sort()).toEqual(['both', 'old']);
    await live.mark({ complete: true });
    await untilFound('', ['both', 'new']);
    expect(await status()).toMatchObject({ epoch: 2, incomplete: false });
  });

  test('a fresh replica waits for a refill to be complete', async () => {
    await live.mark({ epoch: 5, refill: true });
    await live.put(5, [searchRecord('one')]);
    search = await startLiveSearch(live.index);
    await passes(3);
    expect(search.isReady()).toBe(false);
    expect((await fetch(`${search.healthUrl}/readyz`)).status).toBe(503);
    await live.mark({ complete: true });
    await until(() => search.isReady());
    expect(await search.find('')).toEqual(['one']);
  });

  test('brings back what was deleted and written again, before and after the tombstone was taken away', async () => {
    await live.mark({ complete: true });
    await live.put(1, [searchRecord('again'), searchRecord('other')]);
    await startReady();
    await live.remove('again');
    await untilFound('', ['other']);
    await live.restore(searchRecord('again'));
    await untilFound('', ['again', 'other']);
    await live.remove('again');
    await untilFound('', ['other']);
    await live.expire('again');
    await live.put(1, [searchRecord('again')]);
    await untilFound('', ['again', 'other']);
  });

  test('starts again from its snapshot, with what was written and deleted meanwhile', async () => {
    const directory = await tempDirectory('snapshot');
    const snapshots = { directory: directory.path, limitBytes: 1024 * 1024 };
    await live.mark({ complete: true });
    await live.put(1, [searchRecord('kept'), searchRecord('gone')]);
    search = await startLiveSearch(live.index, { snapshots });
    await until(() => search.isReady());
    await live.put(1, [searchRecord('later')]);
    await untilFound('', ['gone', 'kept', 'later']);
    await search.stop();
    await live.remove('gone');
    await live.put(1, [searchRecord('meanwhile')]);
    search = await startLiveSearch(live.index, { snapshots });
    await until(() => search.isReady());
    await untilFound('', ['kept', 'later', 'meanwhile']);
    expect(await metrics()).toMatch(/^registry_index_load_seconds\{from="snapshot"\} /m);
    await search.stop();
    await directory.remove();
  });

  test('does not start from the snapshot of another build', async () => {
    const directory = await tempDirectory('snapshot');
    const snapshots = { directory: directory.path, limitBytes: 1024 * 1024 };
    await live.mark({ complete: true });
    await live.put(1, [searchRecord('old')]);
    search = await startLiveSearch(live.index, { snapshots });
    await until(() => search.isReady());
    await search.stop();
    await live.mark({ epoch: 2, startedAtMs: Date.now() });
    await live.put(2, [searchRecord('new')]);
    search = await startLiveSearch(live.index, { snapshots });
    await until(() => search.isReady());
    expect(await search.find('')).toEqual(['new']);
    expect(await metrics()).toMatch(/^registry_index_load_seconds\{from="table"\} /m);
    await search.stop();
    await directory.remove();
  });
});

async function metrics(): Promise<string> {
  return (await fetch(`${search.healthUrl}/metrics`)).text();
}

/** Waits until the replica has looked at the index so many times more without a failure. */
async function passes(count: number): Promise<void> {
  let last = await polledAt();
  for (let seen = 0; seen < count; seen += 1) {
    await until(async () => (await polledAt()) > last);
    last = await polledAt();
  }
}

async function polledAt(): Promise<number> {
  return Number(/^registry_index_feed_polled_timestamp_seconds (\S+)$/m.exec(await metrics())?.[1]);
}
