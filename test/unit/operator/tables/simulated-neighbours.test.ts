import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { claimTags, isWhole, ownerTags, saidByTags } from '../../../../src/dynamodb/state/claim.ts';
import type { Owner } from '../../../../src/dynamodb/state/ownership.ts';
import { NOW_MS, ownership, SOURCE } from '../../../support/operator/resources.ts';
import {
  type CrashPoint,
  type Names,
  type SimulatedDynamoDb,
  type SimulatedTable,
  simulateDynamoDb,
  type WorldOptions,
} from '../../../support/operator/simulated-dynamodb.ts';
import { type SimulatedResource, simulateResource } from '../../../support/operator/simulated-resource.ts';

interface Neighbour {
  readonly owner: Owner;
  readonly names: Names;
}

/** Two resources that get in each other's way: `what` says how. */
interface Pair {
  readonly what: string;
  readonly one: Neighbour;
  readonly other: Neighbour;
}

const ONE: Owner = { cluster: 'c-1', namespace: 'team-a', name: 'images' };
const OTHER: Owner = { cluster: 'c-1', namespace: 'team-b', name: 'charts' };

const PAIRS: readonly Pair[] = [
  {
    what: 'one repository table, two version tables',
    one: { owner: ONE, names: { version: 'a-version', repository: 'shared' } },
    other: { owner: OTHER, names: { version: 'b-version', repository: 'shared' } },
  },
  {
    what: 'the same name in two clusters, one repository table',
    one: { owner: ONE, names: { version: 'a-version', repository: 'shared' } },
    other: { owner: { ...ONE, cluster: 'c-2' }, names: { version: 'b-version', repository: 'shared' } },
  },
  {
    what: 'both tables the same',
    one: { owner: ONE, names: { version: 'version', repository: 'shared' } },
    other: { owner: OTHER, names: { version: 'version', repository: 'shared' } },
  },
  {
    what: 'one version table, two repository tables',
    one: { owner: ONE, names: { version: 'version', repository: 'a-repository' } },
    other: { owner: OTHER, names: { version: 'version', repository: 'b-repository' } },
  },
  {
    what: 'the repository table of one is the version table of the other',
    one: { owner: ONE, names: { version: 'a-version', repository: 'a-repository' } },
    other: { owner: OTHER, names: { version: 'b-version', repository: 'a-version' } },
  },
  {
    what: 'the version table of one is the repository table of the other',
    one: { owner: ONE, names: { version: 'a-version', repository: 'a-repository' } },
    other: { owner: OTHER, names: { version: 'a-repository', repository: 'b-repository' } },
  },
];

type Who = 'one' | 'other';

type Event =
  /** Passes of both happen at once, their requests in any order. */
  | { readonly kind: 'passes'; readonly behind: boolean; readonly crash: Readonly<Record<Who, CrashPoint | undefined>> }
  | { readonly kind: 'pass'; readonly who: Who; readonly behind: boolean; readonly crash: CrashPoint | undefined }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'apply' | 'remove'; readonly who: Who };

const WHO = fc.constantFrom<Who>('one', 'other');
const crashes = fc.option(fc.constantFrom<CrashPoint>('before', 'after'), { nil: undefined, freq: 4 });
const events = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('passes' as const),
      behind: fc.boolean(),
      crash: fc.record({ one: crashes, other: crashes }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), who: WHO, behind: fc.boolean(), crash: crashes }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(200, 1_000, 5_000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('apply' as const, 'remove' as const), who: WHO }) },
);
const stories: fc.Arbitrary<Event[]> = fc.array(events, { maxLength: 50, size: 'max' });
const tagging = fc.constantFrom<WorldOptions['tags']>('kept', 'unsupported', 'denied');
const policies = fc.constantFrom('Retain' as const, 'Delete' as const);

function startStory(pair: Pair, tags: WorldOptions['tags'], scheduler: fc.Scheduler) {
  const world = simulateDynamoDb(NOW_MS, { tags });
  let nowMs = NOW_MS;
  const turn = () => scheduler.schedule(Promise.resolve());
  const resource = (neighbour: Neighbour) => simulateResource(world, { ...neighbour, nowMs: () => nowMs, turn });
  const both: Readonly<Record<Who, SimulatedResource>> = { one: resource(pair.one), other: resource(pair.other) };

  function advance(ms: number): void {
    nowMs += ms;
    world.advance(ms);
  }

  async function live(event: Event): Promise<void> {
    switch (event.kind) {
      case 'passes':
        world.behind = event.behind;
        await scheduler.waitFor(
          Promise.all([both.one.context(event.crash.one), both.other.context(event.crash.other)]),
        );
        return advance(200);
      case 'pass':
        world.behind = event.behind;
        await scheduler.waitFor(both[event.who].context(event.crash));
        return advance(200);
      case 'wait':
        return advance(event.ms);
      case 'apply':
        return both[event.who].apply();
      case 'remove':
        return both[event.who].remove();
    }
  }

  /** Both operators look as often as they ask to, in turns, until neither has anything to do. */
  async function comeToRest(): Promise<void> {
    world.behind = false;
    for (let left = 200; left > 0; left -= 1) {
      const found = [];
      for (const each of [both.one, both.other])
        if (each.isThere) found.push((await scheduler.waitFor(each.context()))?.outcome.kind);
      if (found.every((kind) => kind === 'done' || kind === 'stalled')) return;
      advance(1_000);
    }
    throw new Error('the operators come to no end');
  }

  return { world, both, live, comeToRest };
}

function isServing({ said }: SimulatedResource): boolean {
  return said?.conditions.some(({ type, status }) => type === 'TablesReady' && status === 'True') ?? false;
}

/** Who a repository table truly says that it belongs to. */
function sayingOf({ tags, item }: SimulatedTable) {
  if (!item || isWhole(saidByTags(tags))) return tags;
  return claimTags({ owner: ownerOf(item.says), versionTable: item.says.versionTable ?? '' });
}

function ownerOf({ cluster = '', namespace = '', name = '' }: Partial<Owner>): Owner {
  return { cluster, namespace, name };
}

/**
 * An ownership record that says that its repository table is there, and in use, says so of a table that says the same.
 */
function expectTrueOwnership(world: SimulatedDynamoDb, { names, owner }: Neighbour): void {
  const state = world.look(names.version)?.ownership;
  const table = world.look(names.repository);
  if (state?.kind !== 'ours' || state.ownership.owner.name !== owner.name || !table) return;
  const { ownership } = state;
  if (
    ownership.intent === 'creating' ||
    ownership.intent === 'deleting' ||
    ownership.repositoryTable !== table.identity
  )
    return;
  expect(sayingOf(table)).toEqual(claimTags({ owner: ownership.owner, versionTable: names.version }));
}

function tablesOf({ one, other }: Pair, world: SimulatedDynamoDb): SimulatedTable[] {
  const names = new Set([...Object.values(one.names), ...Object.values(other.names)]);
  return [...names].flatMap((name) => world.look(name) ?? []);
}

/** A process that ended right after it made a version table, and was not started again before it was to be deleted. */
function forgotten(pair: Pair, world: SimulatedDynamoDb): boolean {
  return tablesOf(pair, world).some(({ role, ownership }) => role === 'version' && ownership.kind === 'none');
}

const shared = ({ one, other }: Pair) =>
  Object.values(one.names).filter((name) => Object.values(other.names).includes(name));

describe.each(PAIRS)('two resources with $what', (pair) => {
  test("never both own it, and neither harms the other's table, in any order of their steps", async () => {
    expect(shared(pair)).not.toEqual([]);
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        tagging,
        stories,
        policies,
        policies,
        async (scheduler, tags, story, one, other) => {
          const told = startStory(pair, tags, scheduler);
          const { world, both } = told;
          both.one.spec = { ...both.one.spec, deletionPolicy: one };
          both.other.spec = { ...both.other.spec, deletionPolicy: other };
          both.one.apply();
          both.other.apply();
          for (const event of story) {
            await told.live(event);
            expect(world.harmed).toEqual([]);
            expect([isServing(both.one), isServing(both.other)]).not.toEqual([true, true]);
            expectTrueOwnership(world, pair.one);
            expectTrueOwnership(world, pair.other);
          }
          await told.comeToRest();
          expect(world.harmed).toEqual([]);
          expect([isServing(both.one), isServing(both.other)]).not.toEqual([true, true]);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('one owns it in the end while both exist, and nothing is left after both were deleted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.constantFrom<WorldOptions['tags']>('kept', 'unsupported'),
        stories,
        async (scheduler, tags, story) => {
          const told = startStory(pair, tags, scheduler);
          const { world, both } = told;
          for (const each of [both.one, both.other]) {
            each.spec = { ...each.spec, deletionPolicy: 'Delete' };
            each.apply();
          }
          for (const event of story) await told.live(event);
          await told.comeToRest();
          const there = [both.one, both.other].filter(({ isThere }) => isThere);
          if (!forgotten(pair, world)) expect(there.filter(isServing)).toHaveLength(Math.min(there.length, 1));
          both.one.remove();
          both.other.remove();
          await told.comeToRest();
          if (!forgotten(pair, world)) expect(tablesOf(pair, world)).toEqual([]);
          else expect(JSON.stringify(story)).toContain('"after"');
        },
      ),
      { numRuns: 150 },
    );
  });
});

test('two older ownership records with the same table: one keeps it, the other gives it up, and neither harms it', async () => {
  const [pair] = PAIRS;
  if (!pair) throw new Error('there is no pair');
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), tagging, stories, WHO, async (scheduler, tags, story, tagged) => {
      const told = startStory(pair, tags, scheduler);
      const { world, both } = told;
      const earlier = tags === 'unsupported' ? {} : ownerTags(pair[tagged].owner);
      world.place('shared', { role: 'repository', tags: earlier, isFilled: true });
      const repositoryTable = world.look('shared')?.identity;
      for (const who of ['one', 'other'] as const) {
        const known = ownership({ owner: pair[who].owner, repositoryTable, source: SOURCE });
        world.place(pair[who].names.version, { role: 'version', ownership: { kind: 'ours', ownership: known } });
        both[who].spec = { ...both[who].spec, deletionPolicy: 'Delete' };
        both[who].apply();
      }
      for (const event of story) {
        await told.live(event);
        expect(world.harmed).toEqual([]);
        expect([isServing(both.one), isServing(both.other)]).not.toEqual([true, true]);
      }
      await told.comeToRest();
      expect(world.harmed).toEqual([]);
      const there = [both.one, both.other].filter(({ isThere }) => isThere);
      // Who may not read tags does not know a table that it made, but could not write down, for its own.
      if (tags !== 'denied') expect(there.filter(isServing)).toHaveLength(Math.min(there.length, 1));
    }),
    { numRuns: 150 },
  );
});

test('both tables that an owner left behind are taken over after a day, by one of those that may', async () => {
  const pair = PAIRS.find(
    ({ one, other }) => one.names.version === other.names.version && one.names.repository === other.names.repository,
  );
  if (!pair) throw new Error('there is no such pair');
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), tagging, stories, async (scheduler, tags, story) => {
      const told = startStory(pair, tags, scheduler);
      const { world, both } = told;
      for (const each of [both.one, both.other]) {
        each.spec = { ...each.spec, adoptionPolicy: 'IfOwnerGone', deletionPolicy: 'Retain' };
        each.apply();
      }
      const owner = { cluster: 'c-0', namespace: 'team-z', name: 'former' };
      const claim = { owner, versionTable: pair.one.names.version };
      const item = { says: { ...owner, versionTable: claim.versionTable }, table: 'former-table' };
      world.place('shared', {
        role: 'repository',
        identity: 'former-table',
        isFilled: true,
        ...(tags === 'unsupported' ? { item } : { tags: claimTags(claim), item }),
      });
      const former = ownership({ owner, ownerSeenAtMs: 0, repositoryTable: 'former-table', source: SOURCE });
      world.place(claim.versionTable, { role: 'version', ownership: { kind: 'ours', ownership: former } });
      for (const event of story) {
        await told.live(event);
        expect(world.harmed).toEqual([]);
        expect([isServing(both.one), isServing(both.other)]).not.toEqual([true, true]);
        expect(world.look('shared')?.identity).toBe('former-table');
      }
      await told.comeToRest();
      const there = [both.one, both.other].filter(({ isThere }) => isThere);
      const heir = there.find(isServing);
      if (heir)
        expect(heir.said?.ownership).toMatchObject({
          epoch: former.epoch,
          complete: true,
          repositoryTable: 'former-table',
        });
      expect(there.length === 2 ? heir : true).toBeDefined();
    }),
    { numRuns: 150 },
  );
});
