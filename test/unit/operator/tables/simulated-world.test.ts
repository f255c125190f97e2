import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { settingsOf, sourceIdentity } from '../../../../src/api/settings.ts';
import { claimTags } from '../../../../src/dynamodb/state/claim.ts';
import type { OwnershipRecord } from '../../../../src/dynamodb/state/ownership.ts';
import type { TableRole } from '../../../../src/dynamodb/tables/tables.ts';
import type { StepResult } from '../../../../src/operator/status/step-result.ts';
import { CLAIM, NOW_MS, OWNER, ownership, registryIndex, VERSION_TABLE } from '../../../support/operator/resources.ts';
import {
  type CrashPoint,
  type SimulatedDynamoDb,
  simulateDynamoDb,
  type WorldOptions,
} from '../../../support/operator/simulated-dynamodb.ts';
import { simulateResource } from '../../../support/operator/simulated-resource.ts';

const names = { version: VERSION_TABLE, repository: 'docker-registry-repository' };
const another = { cluster: 'other-cluster', namespace: 'theirs', name: 'index' };

type Event =
  | { readonly kind: 'pass'; readonly crash: CrashPoint | undefined; readonly behind: boolean }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'drop'; readonly roles: readonly TableRole[] }
  | { readonly kind: 'foreigner'; readonly takes: 'both' | 'repository' | 'legacy' | 'otherKeys' }
  | { readonly kind: 'restore' }
  | { readonly kind: 'loseClaim' }
  | { readonly kind: 'otherSource' };

const passes: fc.Arbitrary<Event> = fc.record({
  kind: fc.constant('pass' as const),
  crash: fc.option(fc.constantFrom('before' as const, 'after' as const), { nil: undefined, freq: 4 }),
  behind: fc.boolean(),
});
const waits: fc.Arbitrary<Event> = fc.record({
  kind: fc.constant('wait' as const),
  ms: fc.constantFrom(200, 1_000, 5_000),
});
const drops: fc.Arbitrary<Event> = fc.record({
  kind: fc.constant('drop' as const),
  roles: fc.subarray<TableRole>(['version', 'repository'], { minLength: 1 }),
});
const repositoryDrops: fc.Arbitrary<Event> = fc.constant({ kind: 'drop', roles: ['repository'] });
const restores: fc.Arbitrary<Event> = fc.constant({ kind: 'restore' });
const lostClaims: fc.Arbitrary<Event> = fc.constant({ kind: 'loseClaim' });
const otherSources: fc.Arbitrary<Event> = fc.constant({ kind: 'otherSource' });
const foreigners: fc.Arbitrary<Event> = fc.record({
  kind: fc.constant('foreigner' as const),
  takes: fc.constantFrom('both' as const, 'repository' as const, 'legacy' as const, 'otherKeys' as const),
});
const worlds = fc.constantFrom<WorldOptions['tags']>('kept', 'unsupported', 'denied');

/** Mostly passes and time, so that stories come to their middle. */
function stories(...rare: readonly fc.Arbitrary<Event>[]): fc.Arbitrary<Event[]> {
  const choices = [passes, passes, passes, waits, waits, ...rare].map((arbitrary) => ({ arbitrary, weight: 1 }));
  return fc.array(fc.oneof(...choices), { maxLength: 40, size: 'max' });
}

/** One resource and its operator in a simulated world. */
function startStory(tags: WorldOptions['tags']) {
  const world = simulateDynamoDb(NOW_MS, { tags });
  let nowMs = NOW_MS;
  const resource = simulateResource(world, { owner: OWNER, names, nowMs: () => nowMs });
  resource.apply();

  function advance(ms: number): void {
    nowMs += ms;
    world.advance(ms);
  }

  async function live(event: Event): Promise<void> {
    switch (event.kind) {
      case 'pass':
        world.behind = event.behind;
        await resource.context(event.crash);
        return advance(200);
      case 'wait':
        return advance(event.ms);
      case 'drop':
        for (const role of event.roles) world.drop(names[role]);
        return;
      case 'restore':
        return restore();
      case 'loseClaim':
        return world.edit(names.repository, () => ({ tags: {}, item: undefined }));
      case 'foreigner':
        return settleIn(world, event.takes);
      case 'otherSource':
        resource.spec = { ...resource.spec, bucket: `registry-of-${nowMs}` };
    }
  }

  /** A backup has the items, and no tags. */
  function restore(): void {
    const before = world.look(names.repository);
    if (!before) return;
    world.drop(names.repository);
    advance(5_000);
    world.place(names.repository, { role: 'repository', item: before.item, isFilled: true });
  }

  /** Nobody disturbs any more: the operator looks as often as it asks to. */
  async function comeToRest(): Promise<StepResult> {
    world.behind = false;
    for (let left = 100; left > 0; left--) {
      const result = await resource.context();
      if (result && (result.outcome.kind === 'done' || result.outcome.kind === 'stalled')) return result;
      advance(result?.outcome.kind === 'after' ? result.outcome.ms : 1_000);
    }
    throw new Error('the operator comes to no end');
  }

  return {
    world,
    resource,
    live,
    comeToRest,
    advance,
    source: () => sourceIdentity(settingsOf(registryIndex({ spec: resource.spec }).spec).source),
    knownEpoch: () => resource.status?.epoch ?? 0,
  };
}

/** Somebody else's tables, wherever there is room for them: of our keys, claimed or not, or of other ones. */
function settleIn(world: SimulatedDynamoDb, takes: 'both' | 'repository' | 'legacy' | 'otherKeys'): void {
  const theirs = { kind: 'ours', ownership: ownership({ owner: another, repositoryTable: 'theirs' }) } as const;
  const room = !world.look(names.repository) && !world.look(names.version);
  const version = { role: 'version', foreign: true } as const;
  if (takes === 'both' && room) world.place(names.version, { ...version, ownership: theirs });
  if (takes === 'legacy' && room) world.place(names.version, { ...version, ownership: { kind: 'legacy' } });
  const tags = claimTags({ owner: another, versionTable: takes === 'both' ? names.version : 'their-version' });
  world.place(names.repository, {
    role: takes === 'repository' || takes === 'both' ? 'repository' : 'other',
    foreign: true,
    isFilled: true,
    tags: takes === 'repository' ? {} : tags,
  });
}

type Story = ReturnType<typeof startStory>;

/** Serving from our tables, marked as what they are, in both. */
function expectOurs({ world, source, resource }: Story, result: StepResult): void {
  expect(result.conditions).toEqual([expect.objectContaining({ type: 'TablesReady', status: 'True' })]);
  const repository = world.look(names.repository);
  expect(repository?.foreign).toBe(false);
  const item = repository?.item?.says ?? {};
  expect({ ...item, ...repository?.tags }).toMatchObject(
    Object.keys(item).length > 0 ? { ...OWNER, versionTable: VERSION_TABLE } : claimTags(CLAIM),
  );
  const state = world.look(names.version)?.ownership;
  expect(state).toEqual({ kind: 'ours', ownership: resource.said?.ownership });
  expect(resource.said?.ownership).toMatchObject({
    owner: OWNER,
    source: source(),
    intent: 'none',
    repositoryTable: repository?.identity,
  });
}

/** Between two ownership records of one life of the version table. */
function mustBeginEpoch(before: OwnershipRecord, after: OwnershipRecord): boolean {
  const otherTable = before.repositoryTable !== undefined && before.repositoryTable !== after.repositoryTable;
  return otherTable || before.source !== after.source;
}

describe('in a world where tables come and go late and the operator may end at any line', () => {
  test('the tables are ours and the ownership record is right in the end, whatever happens to the repository table', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, stories(repositoryDrops, otherSources), async (tags, story) => {
        const told = startStory(tags);
        for (const event of story) await told.live(event);
        const result = await told.comeToRest();
        if (tags === 'denied' && result.outcome.kind === 'stalled')
          expect(result.outcome.message).toContain('grant dynamodb:ListTagsOfResource');
        else expectOurs(told, result);
      }),
      { numRuns: 400 },
    );
  });

  test("a claim that was removed is written again if the ownership record has the table's identity, and reported if not", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, stories(repositoryDrops, lostClaims), async (tags, story) => {
        const told = startStory(tags);
        for (const event of story) await told.live(event);
        const result = await told.comeToRest();
        if (result.outcome.kind === 'done') return expectOurs(told, result);
        expect(result.outcome).toMatchObject({
          reason: 'OwnedByOther',
          message: expect.stringContaining('delete it'),
        });
      }),
      { numRuns: 400 },
    );
  });

  test('a restored table is left alone with advice, and once deleted it is created and filled again', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, stories(repositoryDrops, restores), async (tags, story) => {
        const told = startStory(tags);
        for (const event of story) await told.live(event);
        await told.comeToRest();
        await told.live({ kind: 'restore' });
        const restored = told.world.look(names.repository);
        const result = await told.comeToRest();
        expect(result.outcome).toMatchObject({
          reason: 'OwnedByOther',
          message: expect.stringContaining('delete it'),
        });
        expect(told.world.look(names.repository)).toEqual(restored);
        told.world.drop(names.repository);
        told.advance(5_000);
        expectOurs(told, await told.comeToRest());
      }),
      { numRuns: 400 },
    );
  });

  test('an epoch begins exactly when the table or the source is another one, or the ownership record was lost', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, stories(drops, restores, otherSources), async (tags, story) => {
        const told = startStory(tags);
        for (const event of story) {
          const before = told.world.look(names.version);
          const from = told.world.written.length;
          const known = told.knownEpoch();
          await told.live(event);
          for (const [i, after] of told.world.written.slice(from).entries()) {
            const state = i === 0 ? before?.ownership : undefined;
            if (state?.kind === 'ours') {
              const raised = after.epoch - state.ownership.epoch;
              expect(raised).toBe(mustBeginEpoch(state.ownership, after) ? 1 : 0);
              if (raised === 1) expect(after.complete).toBe(false);
            } else expect(after.epoch).toBe(known + 1);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  test('no table of another owner is ever touched', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, stories(drops, foreigners, foreigners), async (tags, story) => {
        const told = startStory(tags);
        for (const event of story) await told.live(event);
        const result = await told.comeToRest();
        expect(told.world.harmed).toEqual([]);
        if (result.outcome.kind === 'done') expectOurs(told, result);
      }),
      { numRuns: 400 },
    );
  });
});
