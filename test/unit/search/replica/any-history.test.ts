import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pino } from 'pino';
import { createSnapshots } from '../../../../src/search/snapshot/snapshots.ts';
import { createReplicaBench, type ReplicaBench } from '../../../support/search/search-replica.ts';
import { createSearchTables, type SearchTables } from '../../../support/search/search-tables.ts';

const NOW = 1_000_000_000;
const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
/** One for each repository, and some. */
const STEPS_OF_A_COMPARISON = 15;
const NAMES = ['a', 'b', 'cc', 'dd', 'eee'];

type Event =
  | { readonly kind: 'write' | 'delete'; readonly name: string; readonly skewMs: number }
  | { readonly kind: 'hide' | 'expire'; readonly name: string }
  | { readonly kind: 'show' | 'fail' | 'heal' | 'restart' }
  | { readonly kind: 'pass'; readonly afterMs: number };

const name = fc.constantFrom(...NAMES);
const skewMs = fc.integer({ min: -90_000, max: 90_000 });
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), name, skewMs }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), name, skewMs }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('hide' as const, 'expire' as const), name }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom(...(['show', 'fail', 'heal', 'restart'] as const)) }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), afterMs: fc.constantFrom(1_000, 40_000, HOUR_MS) }),
  },
);

/** What the table holds of one repository. */
interface Item {
  readonly changedAtMs: number;
  /** Undefined for a tombstone. */
  readonly text: string | undefined;
}

interface World {
  readonly tables: SearchTables;
  readonly items: Map<string, Item>;
  readonly start: (nowMs: number) => ReplicaBench;
  bench: ReplicaBench;
  writes: number;
}

function put(world: World, { kind, name, skewMs }: Extract<Event, { skewMs: number }>): void {
  const before = world.items.get(name);
  if (kind === 'delete' && before?.text === undefined) return;
  world.writes += 1;
  const text = kind === 'delete' ? undefined : `text number ${world.writes}.`;
  // Writers never date a write before the one that it replaces.
  const changedAtMs = Math.max(world.bench.deps.now() + skewMs, (before?.changedAtMs ?? 0) + 1);
  world.tables.write(name, changedAtMs, text === undefined ? { deleted: true } : { summary: text });
  world.items.set(name, { changedAtMs, text });
}

/** Tombstones go a week after the deletion, and nothing else does. */
async function expire(world: World, name: string): Promise<void> {
  const item = world.items.get(name);
  if (!item || item.text !== undefined) return;
  await world.bench.pass(WEEK_MS).catch(() => undefined);
  world.tables.expire(name);
  world.items.delete(name);
}

async function restart(world: World): Promise<void> {
  await world.bench.replica.close();
  world.bench = world.start(world.bench.deps.now());
}

async function happen(world: World, event: Event): Promise<void> {
  const { tables, bench } = world;
  switch (event.kind) {
    case 'write':
    case 'delete':
      return put(world, event);
    case 'expire':
      return expire(world, event.name);
    case 'hide':
      return tables.hideFromFeed([event.name]);
    case 'show':
      return tables.hideFromFeed([]);
    case 'fail':
      return tables.fail('throttled');
    case 'heal':
      return tables.fail('none');
    case 'restart':
      return restart(world);
    case 'pass':
      await bench.pass(event.afterMs).catch(() => undefined);
  }
}

/** Everything is to be seen and read; a comparison under way comes to its end, and another one follows. */
async function quieten({ tables, bench }: World): Promise<void> {
  tables.fail('none');
  tables.hideFromFeed([]);
  for (const afterMs of [1_000, 2 * HOUR_MS]) {
    await bench.pass(afterMs);
    for (let pass = 0; pass < STEPS_OF_A_COMPARISON; pass += 1) await bench.pass();
  }
}

async function live(events: readonly Event[], directory: string): Promise<void> {
  const tables = createSearchTables();
  const place = { directory, limitBytes: 1024 * 1024, log: pino({ level: 'silent' }) };
  const start = (nowMs: number) => createReplicaBench(tables, nowMs, createSnapshots({ ...place, now: () => nowMs }));
  const world: World = { tables, items: new Map(), start, bench: start(NOW), writes: 0 };
  try {
    for (const each of events) await happen(world, each);
    await quieten(world);
    const living = [...world.items].filter(([, { text }]) => text !== undefined);
    expect(world.bench.found()).toEqual(living.map(([name]) => name).sort());
    for (const [, { text = '' }] of living) expect(world.bench.hits(text)).toBe(1);
  } finally {
    await world.bench.replica.close();
  }
}

test('whatever happens, in the end memory is what the table is', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'any-history-'));
  const histories = fc.array(event, { maxLength: 60, size: 'max' });
  let life = 0;
  const property = fc.asyncProperty(histories, (events) => live(events, join(directory, String(life++))));
  try {
    await fc.assert(property, { numRuns: 60 });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 180_000);
