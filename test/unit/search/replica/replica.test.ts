import { describe, expect, test } from '@jest/globals';
import { createReplicaBench, type ReplicaBench } from '../../../support/search/search-replica.ts';
import { createSearchTables, ownershipRecordOf } from '../../../support/search/search-tables.ts';

const NOW = 1_000_000;
const HOUR_MS = 3_600_000;
const MARKER_DUE_MS = 5_000;

async function loadedBench() {
  const tables = createSearchTables();
  tables.write('a', NOW - 100_000);
  tables.write('bb', NOW - 90_000);
  const bench = createReplicaBench(tables, NOW);
  await bench.pass(0);
  return { tables, bench };
}

describe('following the feed', () => {
  test('loads what is there, and shows writes, new texts and deletions at the next pass', async () => {
    const { tables, bench } = await loadedBench();
    expect(bench.found()).toEqual(['a', 'bb']);
    tables.write('c', NOW + 500);
    tables.write('bb', NOW + 600, { deleted: true });
    tables.write('a', NOW + 700, { summary: 'new' });
    await bench.pass();
    expect(bench.found()).toEqual(['a', 'c']);
    expect(bench.hits('new')).toBe(1);
  });

  test('brings back a repository that is made again after its deletion', async () => {
    const { tables, bench } = await loadedBench();
    tables.write('a', NOW + 100, { deleted: true });
    await bench.pass();
    tables.write('a', NOW + 1_100);
    await bench.pass();
    expect(bench.found()).toEqual(['a', 'bb']);
  });

  test('brings it back also when its tombstone had expired and revisions begin at 1 again', async () => {
    const { tables, bench } = await loadedBench();
    tables.write('a', NOW + 100, { deleted: true });
    await bench.pass();
    tables.expire('a');
    tables.write('a', NOW + 1_100);
    await bench.pass();
    expect(bench.found()).toEqual(['a', 'bb']);
  });

  test('reads each write once, however often the overlap shows it', async () => {
    const { tables, bench } = await loadedBench();
    tables.write('c', NOW + 500);
    for (let pass = 0; pass < 10; pass += 1) await bench.pass();
    expect(tables.reads()).toBe(1);
  });

  test('reads records of another epoch once, and does not show them', async () => {
    const { tables, bench } = await loadedBench();
    tables.write('a', NOW + 500, { epoch: 2, summary: 'foreign' });
    tables.write('new', NOW + 600, { epoch: 2 });
    for (let pass = 0; pass < 4; pass += 1) await bench.pass();
    expect(tables.reads()).toBe(2);
    expect(bench.found()).toEqual(['a', 'bb']);
    expect(bench.hits('foreign')).toBe(0);
  });

  test('takes no older revision for a newer one', async () => {
    const { tables, bench } = await loadedBench();
    tables.write('a', NOW + 100, { revision: 5, summary: 'fifth' });
    await bench.pass();
    tables.write('a', NOW - 50, { revision: 4, summary: 'fourth' });
    await bench.pass();
    expect(bench.hits('fifth')).toBe(1);
  });

  test('finds a write made while the table was scanned', async () => {
    const tables = createSearchTables();
    tables.write('a', NOW - 100_000);
    tables.afterScan(() => tables.write('late', NOW));
    const bench = createReplicaBench(tables, NOW);
    await bench.pass(0);
    await bench.pass();
    expect(bench.found()).toEqual(['a', 'late']);
  });

  test.each([
    ['20 s behind', -20_000],
    ['a minute ahead', 60_000],
  ])('finds what a writer wrote whose clock is %s, and right ones after it', async (_what, skewMs) => {
    const { tables, bench } = await loadedBench();
    tables.write('before', NOW + 900);
    await bench.pass();
    tables.write('skewed', NOW + 1_900 + skewMs);
    await bench.pass();
    tables.write('behind', NOW + 2_900);
    await bench.pass();
    expect(bench.found()).toEqual(['a', 'bb', 'before', 'behind', 'skewed']);
  });

  test.each([
    ['ahead', NOW + 600_000],
    ['behind', NOW - 600_000],
  ])('finds writes when its own clock is ten minutes %s', async (_what, ownNow) => {
    const tables = createSearchTables();
    tables.write('a', NOW - 1_000);
    const bench = createReplicaBench(tables, ownNow);
    await bench.pass(0);
    tables.write('b', NOW + 500);
    await bench.pass();
    tables.write('c', NOW + 60_000);
    await bench.pass(60_000);
    expect(bench.found()).toEqual(['a', 'b', 'c']);
  });

  test('finds entries that reach the feed late, within the overlap', async () => {
    const { tables, bench } = await loadedBench();
    tables.hideFromFeed(['late']);
    tables.write('late', NOW + 500);
    tables.write('soon', NOW + 900);
    await bench.pass();
    expect(bench.found()).toEqual(['a', 'bb', 'soon']);
    tables.hideFromFeed([]);
    await bench.pass();
    expect(bench.found()).toEqual(['a', 'bb', 'late', 'soon']);
  });
});

/** Waits for the next comparison and lets it come to its end: each pass looks at one entry of the feed. */
async function compare(bench: ReplicaBench) {
  await bench.pass(HOUR_MS);
  for (let pass = 0; pass < 110; pass += 1) await bench.pass();
}

describe('the hourly comparison', () => {
  test('mends what the feed has missed: late writes, deletions and expired tombstones', async () => {
    const { tables, bench } = await loadedBench();
    tables.write('missed', NOW - 500_000);
    tables.write('bb', NOW - 400_000, { deleted: true });
    tables.expire('a');
    await bench.pass();
    expect(bench.found()).toEqual(['a', 'bb']);
    await bench.pass(HOUR_MS);
    for (let pass = 0; pass < 5; pass += 1) await bench.pass();
    expect(bench.found()).toEqual(['missed']);
  });

  test('goes on with the feed while it compares', async () => {
    const { tables, bench } = await loadedBench();
    await bench.pass(HOUR_MS);
    tables.write('meanwhile', NOW + HOUR_MS + 500);
    await bench.pass();
    expect(bench.found()).toContain('meanwhile');
    for (let pass = 0; pass < 5; pass += 1) await bench.pass();
    expect(bench.found()).toEqual(['a', 'bb', 'meanwhile']);
  });

  test('removes nothing when the table was made anew in the meantime', async () => {
    const { tables, bench } = await loadedBench();
    await bench.pass(HOUR_MS);
    tables.clear();
    tables.setOwnership(
      ownershipRecordOf({ epoch: 2, startedAtMs: 9, complete: false, refill: true, repositoryTable: undefined }),
    );
    for (let pass = 0; pass < 8; pass += 1) await bench.pass();
    expect(bench.found()).toEqual(['a', 'bb']);
  });

  test('removes nothing while the table is being made again', async () => {
    const { tables, bench } = await loadedBench();
    await bench.pass(HOUR_MS);
    tables.clear();
    tables.setOwnership(ownershipRecordOf({ intent: 'creating' }));
    for (let pass = 0; pass < 8; pass += 1) await bench.pass();
    expect(bench.found()).toEqual(['a', 'bb']);
  });

  test('removes many at once only when it misses them a second time', async () => {
    const tables = createSearchTables();
    const names = Array.from({ length: 100 }, (_, at) => `app-${at + 100}`);
    for (const name of names) tables.write(name, NOW - 100_000);
    const bench = createReplicaBench(tables, NOW);
    await bench.pass(0);
    for (const name of names.slice(50)) tables.expire(name);
    await compare(bench);
    expect(bench.found()).toEqual(names);
    expect(bench.messages().at(-1)).toContain('Many repositories are missing');
    await compare(bench);
    expect(bench.found()).toEqual(names.slice(0, 50));
  });

  test('keeps those of many that were missing that are there the next time', async () => {
    const tables = createSearchTables();
    const names = Array.from({ length: 30 }, (_, at) => `app-${at + 100}`);
    for (const name of names) tables.write(name, NOW - 100_000);
    const bench = createReplicaBench(tables, NOW);
    await bench.pass(0);
    tables.clear();
    await compare(bench);
    for (const name of names) tables.write(name, NOW + HOUR_MS);
    await compare(bench);
    expect(bench.found()).toEqual(names);
  });

  test('does not read records that earlier builds have left behind', async () => {
    const day = 24 * HOUR_MS;
    const tables = createSearchTables();
    tables.setOwnership(ownershipRecordOf({ epoch: 2, startedAtMs: 3 * day }));
    tables.write('left', day);
    tables.write('a', 3 * day + 1, { epoch: 2 });
    const bench = createReplicaBench(tables, 4 * day);
    await bench.pass(0);
    await compare(bench);
    expect(bench.found()).toEqual(['a']);
    expect(tables.reads()).toBe(0);
  });

  test('begins again when it failed half-way', async () => {
    const { tables, bench } = await loadedBench();
    tables.expire('a');
    await bench.pass(HOUR_MS);
    tables.fail('throttled');
    await expect(bench.pass()).rejects.toThrow('slow down');
    tables.fail('none');
    for (let pass = 0; pass < 5; pass += 1) await bench.pass();
    expect(bench.found()).toEqual(['bb']);
  });
});

describe('builds of the tables', () => {
  test('a first build is answered from at once, as incomplete until the ownership record says otherwise', async () => {
    const tables = createSearchTables();
    tables.setOwnership(ownershipRecordOf({ complete: false }));
    const bench = createReplicaBench(tables, NOW);
    await bench.pass(0);
    expect(bench.found()).toEqual([]);
    expect(bench.replica.current()?.incomplete).toBe(true);
    tables.write('a', NOW + 500);
    await bench.pass();
    expect(bench.found()).toEqual(['a']);
    tables.setOwnership(ownershipRecordOf());
    await bench.pass();
    expect(bench.replica.current()?.incomplete).toBe(false);
  });

  test('what a first build wrote with a slow clock is found soon after it is complete', async () => {
    const tables = createSearchTables();
    tables.setOwnership(ownershipRecordOf({ complete: false }));
    const bench = createReplicaBench(tables, NOW);
    await bench.pass(0);
    tables.write('right', NOW + 500);
    await bench.pass();
    tables.write('tardy', NOW - 900_000);
    tables.setOwnership(ownershipRecordOf());
    for (let pass = 0; pass < 8; pass += 1) await bench.pass(MARKER_DUE_MS);
    expect(bench.found()).toEqual(['right', 'tardy']);
  });

  test('a refill is not shown before it is complete, and then replaces the old memory as a whole', async () => {
    const { tables, bench } = await loadedBench();
    tables.setOwnership(ownershipRecordOf({ epoch: 2, startedAtMs: 9, complete: false, refill: true }));
    tables.write('a', NOW + 500, { epoch: 2 });
    tables.write('new', NOW + 600, { epoch: 2 });
    await bench.pass(MARKER_DUE_MS);
    expect(bench.found()).toEqual(['a', 'bb']);
    expect(bench.replica.current()).toMatchObject({ epoch: 1, incomplete: false });
    tables.setOwnership(ownershipRecordOf({ epoch: 2, startedAtMs: 9, refill: true }));
    await bench.pass(MARKER_DUE_MS);
    expect(bench.found()).toEqual(['a', 'new']);
    expect(bench.replica.current()).toMatchObject({ epoch: 2, incomplete: false });
  });

  test('the engine is warmed up with every index that is loaded, and when a first build is complete', async () => {
    const warmUps = () => bench.messages().filter((message) => message === 'Warm-up finished').length;
    const tables = createSearchTables();
    tables.setOwnership(ownershipRecordOf({ complete: false }));
    const bench = createReplicaBench(tables, NOW);
    await bench.pass(0);
    expect(warmUps()).toBe(1);
    tables.setOwnership(ownershipRecordOf());
    await bench.pass();
    await bench.pass();
    expect(warmUps()).toBe(2);
    tables.setOwnership(ownershipRecordOf({ epoch: 2, startedAtMs: 9, refill: true }));
    await bench.pass(MARKER_DUE_MS);
    expect(warmUps()).toBe(3);
  });

  test('the first index answers before it is warm, and the next one is warm before it answers', async () => {
    const tables = createSearchTables();
    tables.setOwnership(ownershipRecordOf());
    const bench = createReplicaBench(tables, NOW);
    const steps = () => bench.messages().filter((message) => /^(Warm-up finished|Index loaded)$/.test(message));
    expect(bench.replica.isWarm()).toBe(false);
    await bench.pass(0);
    expect(steps()).toEqual(['Index loaded', 'Warm-up finished']);
    expect(bench.replica.isWarm()).toBe(true);
    tables.setOwnership(ownershipRecordOf({ epoch: 2, startedAtMs: 9, refill: true }));
    await bench.pass(MARKER_DUE_MS);
    expect(steps().slice(2)).toEqual(['Warm-up finished', 'Index loaded']);
  });

  test('a fresh replica is not ready in a refill before it is complete', async () => {
    const tables = createSearchTables();
    tables.setOwnership(ownershipRecordOf({ epoch: 2, complete: false, refill: true }));
    tables.write('a', NOW, { epoch: 2 });
    const bench = createReplicaBench(tables, NOW);
    await bench.pass(0);
    expect(bench.replica.current()).toBeUndefined();
    tables.setOwnership(ownershipRecordOf({ epoch: 2, refill: true }));
    await bench.pass(MARKER_DUE_MS);
    expect(bench.found()).toEqual(['a']);
  });

  test('a Scan across two builds is thrown away', async () => {
    const { tables, bench } = await loadedBench();
    tables.setOwnership(ownershipRecordOf({ epoch: 2, startedAtMs: 9, refill: true }));
    tables.afterScan(() => {
      tables.clear();
      tables.setOwnership(ownershipRecordOf({ epoch: 3, startedAtMs: 12, complete: false, refill: true }));
    });
    tables.write('half', NOW, { epoch: 2 });
    await bench.pass(MARKER_DUE_MS);
    await bench.pass();
    expect(bench.found()).toEqual(['a', 'bb']);
  });
});

describe('when the tables cannot be read', () => {
  test.each(['missing', 'throttled'] as const)('answers go on from memory while they are %s', async (fault) => {
    const { tables, bench } = await loadedBench();
    tables.fail(fault);
    await expect(bench.pass(MARKER_DUE_MS)).rejects.toThrow();
    expect(bench.found()).toEqual(['a', 'bb']);
    tables.fail('none');
    tables.write('c', NOW + 6_000);
    await bench.pass();
    expect(bench.found()).toEqual(['a', 'bb', 'c']);
  });

  test('deleted tables leave the memory as it is, also when they come back empty and unmarked', async () => {
    const { tables, bench } = await loadedBench();
    tables.clear();
    tables.setOwnership({ kind: 'none' });
    await bench.pass(HOUR_MS);
    for (let pass = 0; pass < 5; pass += 1) await bench.pass(MARKER_DUE_MS);
    expect(bench.found()).toEqual(['a', 'bb']);
  });

  test('nothing is shown of what could be read only in part; a page is read again after a failure', async () => {
    const { tables, bench } = await loadedBench();
    tables.write('c', NOW + 500);
    tables.fail('throttled');
    await expect(bench.pass()).rejects.toThrow();
    tables.fail('none');
    await bench.pass();
    expect(bench.found()).toEqual(['a', 'bb', 'c']);
  });
});

describe('a nudge', () => {
  const SIGNAL = new AbortController().signal;

  test('shows at once what has changed, and that answers from before it are old', async () => {
    const { tables, bench } = await loadedBench();
    expect(bench.replica.current()?.pushedVersion).toBeUndefined();
    tables.write('c', NOW + 500);
    await bench.replica.refresh(new Set(['c']), SIGNAL);
    expect(bench.found()).toEqual(['a', 'bb', 'c']);
    expectOldAnswers(bench);
  });

  test('makes answers from before it old also where the feed came first', async () => {
    const { tables, bench } = await loadedBench();
    tables.write('c', NOW + 500);
    await bench.pass();
    expect(bench.replica.current()?.pushedVersion).toBeUndefined();
    await bench.replica.refresh(new Set(['c']), SIGNAL);
    expectOldAnswers(bench);
  });

  test('that is missed leaves it to the feed to make answers from before a push old', async () => {
    const { tables, bench } = await loadedBench();
    tables.write('c', NOW + 500, { hintedAtMs: NOW + 400 });
    await bench.pass();
    expectOldAnswers(bench);
  });

  function expectOldAnswers({ replica }: ReplicaBench) {
    const served = replica.current();
    expect(served?.pushedVersion).toBe(served?.engine.version());
  }
});

describe('a pass', () => {
  test('is quiet when nothing has changed and nothing is under way', async () => {
    const { tables, bench } = await loadedBench();
    expect(await bench.pass()).toBe('quiet');
    tables.write('c', NOW + 1_500);
    expect(await bench.pass()).toBe('busy');
    expect(await bench.pass()).toBe('quiet');
  });

  test('is busy while it compares, and while the first build goes on', async () => {
    const { tables, bench } = await loadedBench();
    expect(await bench.pass(HOUR_MS)).toBe('busy');
    for (let pass = 0; pass < 5; pass += 1) await bench.pass();
    expect(await bench.pass()).toBe('quiet');
    tables.setOwnership(ownershipRecordOf({ complete: false }));
    expect(await bench.pass(MARKER_DUE_MS)).toBe('busy');
  });
});

describe('being nudged', () => {
  const NEVER = new AbortController().signal;

  test('shows what was written at once, and reads it no second time when the feed names it', async () => {
    const { tables, bench } = await loadedBench();
    tables.write('c', NOW + 500);
    tables.write('bb', NOW + 600, { deleted: true });
    expect(await bench.replica.refresh(new Set(['c', 'bb', 'a']), NEVER)).toBe(2);
    expect(bench.found()).toEqual(['a', 'c']);
    const reads = tables.reads();
    await bench.pass();
    expect([bench.found(), tables.reads()]).toEqual([['a', 'c'], reads]);
  });

  test('shows nothing of another epoch', async () => {
    const { tables, bench } = await loadedBench();
    tables.write('c', NOW + 500, { epoch: 2 });
    expect(await bench.replica.refresh(new Set(['c']), NEVER)).toBe(0);
    expect(bench.found()).toEqual(['a', 'bb']);
  });

  test.each([
    ['nothing is loaded', undefined],
    ['the tables are gone', { kind: 'none' } as const],
    ['another build has begun', ownershipRecordOf({ epoch: 2, startedAtMs: 9, complete: false, refill: true })],
  ])('reads nothing while %s', async (_what, ownership) => {
    const { tables, bench } = ownership
      ? await loadedBench()
      : { tables: createSearchTables(), bench: createReplicaBench(createSearchTables(), NOW) };
    if (ownership) {
      tables.setOwnership(ownership);
      await bench.pass(MARKER_DUE_MS);
    }
    tables.write('c', NOW + 500);
    expect(await bench.replica.refresh(new Set(['c']), NEVER)).toBeUndefined();
    expect(tables.reads()).toBe(0);
  });

  test('says so until the feed shows first what an event led to', async () => {
    const { tables, bench } = await loadedBench();
    expect(bench.replica.isNudged()).toBe(false);
    tables.write('c', NOW + 500, { hintedAtMs: NOW + 400 });
    await bench.replica.refresh(new Set(['c']), NEVER);
    await bench.pass();
    expect(bench.replica.isNudged()).toBe(true);
    tables.write('a', NOW + 1_500);
    await bench.pass();
    expect(bench.replica.isNudged()).toBe(true);
    tables.write('c', NOW + 2_500, { hintedAtMs: NOW + 2_400 });
    await bench.pass();
    expect(bench.replica.isNudged()).toBe(false);
  });

  test('needs the key of the ownership record', async () => {
    const { tables, bench } = await loadedBench();
    expect(bench.replica.nudgeKey()).toBeUndefined();
    tables.setOwnership(ownershipRecordOf({ nudgeKey: 'the-key' }));
    await bench.pass(MARKER_DUE_MS);
    expect(bench.replica.nudgeKey()).toBe('the-key');
  });
});
