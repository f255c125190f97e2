import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RegistryIndexStatus } from '../../../../src/api/generated.ts';
import { settingsOf, sourceIdentity } from '../../../../src/api/settings.ts';
import { ServiceError } from '../../../../src/aws/errors.ts';
import type { Marker } from '../../../../src/index/marker.ts';
import type { TableRole } from '../../../../src/index/tables.ts';
import { nextStatus } from '../../../../src/operator/status.ts';
import { mostUrgent } from '../../../../src/operator/summary.ts';
import { ensureTables, type TablesFinding } from '../../../../src/operator/tables/ensure-tables.ts';
import { noPodSecrets, operatorDeps, services } from '../support/operator-deps.ts';
import { marker, NOW_MS, OWNER, registryIndex } from '../support/resources.ts';
import { Crash, type CrashPoint, type SimulatedDynamoDb, simulateDynamoDb } from '../support/simulated-dynamodb.ts';

const another = { cluster: 'other-cluster', namespace: 'theirs', name: 'index' };

type Event =
  | { readonly kind: 'pass'; readonly crash: CrashPoint | undefined; readonly behind: boolean }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'drop'; readonly roles: readonly TableRole[] }
  | { readonly kind: 'foreigner'; readonly takes: 'both' | 'repository' | 'legacy' }
  | { readonly kind: 'restore' }
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
const restores: fc.Arbitrary<Event> = fc.constant({ kind: 'restore' });
const otherSources: fc.Arbitrary<Event> = fc.constant({ kind: 'otherSource' });
const foreigners: fc.Arbitrary<Event> = fc.record({
  kind: fc.constant('foreigner' as const),
  takes: fc.constantFrom('both' as const, 'repository' as const, 'legacy' as const),
});

/** Mostly passes and time, so that stories come to their middle. */
function stories(...rare: readonly fc.Arbitrary<Event>[]): fc.Arbitrary<Event[]> {
  const choices = [passes, passes, passes, waits, waits, ...rare].map((arbitrary) => ({ arbitrary, weight: 1 }));
  return fc.array(fc.oneof(...choices), { maxLength: 40, size: 'max' });
}

/** One resource and its operator in a simulated world. */
function startStory() {
  const world = simulateDynamoDb(NOW_MS);
  let nowMs = NOW_MS;
  let bucket = 'my-registry';
  let status: RegistryIndexStatus | undefined;
  const deps = operatorDeps({ now: () => new Date(nowMs) });

  function advance(ms: number): void {
    nowMs += ms;
    world.advance(ms);
  }

  /** A pass, as `reconcile` makes it; what it says reaches the status unless the process ended before. */
  async function pass(): Promise<TablesFinding | undefined> {
    const index = registryIndex({ spec: { bucket }, ...(status ? { status } : {}) });
    const settings = settingsOf(index.spec);
    const simulated = services({ tables: world.tables, marker: world.marker });
    const shared = { deps, index, settings, services: simulated, podSecrets: noPodSecrets };
    try {
      const finding = await ensureTables({ ...shared, signal: AbortSignal.any([]) });
      status = nextStatus(index, [finding], { outcome: mostUrgent([finding]), now: deps.now() });
      return finding;
    } catch (error) {
      if (error instanceof Crash || error instanceof ServiceError) return undefined;
      throw error;
    }
  }

  async function live(event: Event): Promise<void> {
    switch (event.kind) {
      case 'pass':
        Object.assign(world, { crash: event.crash, behind: event.behind });
        await pass();
        world.crash = undefined;
        return advance(200);
      case 'wait':
        return advance(event.ms);
      case 'drop':
        return event.roles.forEach(world.drop);
      case 'restore':
        if (!world.look('repository')) return;
        world.drop('repository');
        advance(5_000);
        return world.place('repository', {});
      case 'foreigner':
        return settleIn(world, event.takes);
      case 'otherSource':
        bucket = `registry-of-${nowMs}`;
    }
  }

  /** Nobody disturbs any more: the operator looks as often as it asks to. */
  async function comeToRest(): Promise<TablesFinding> {
    world.behind = false;
    for (let left = 100; left > 0; left--) {
      const finding = await pass();
      if (finding && (finding.outcome.kind === 'done' || finding.outcome.kind === 'stalled')) return finding;
      advance(finding?.outcome.kind === 'after' ? finding.outcome.ms : 1_000);
    }
    throw new Error('the operator comes to no end');
  }

  return {
    world,
    live,
    comeToRest,
    source: () => sourceIdentity(settingsOf(registryIndex({ spec: { bucket } }).spec).source),
    knownEpoch: () => status?.epoch ?? 0,
  };
}

/** Somebody else's tables, wherever there is room for them. Beside a version table of ours they have other keys. */
function settleIn(world: SimulatedDynamoDb, takes: 'both' | 'repository' | 'legacy'): void {
  const theirs = { kind: 'ours', marker: marker({ owner: another, repositoryTable: 'theirs' }) } as const;
  const room = !world.look('repository') && !world.look('version');
  if (takes === 'both' && room) world.place('version', { foreign: true, marker: theirs });
  if (takes === 'legacy' && room) world.place('version', { foreign: true, marker: { kind: 'legacy' } });
  const version = world.look('version');
  const besideOurs = version !== undefined && !version.foreign;
  world.place('repository', { foreign: true, schemaFits: takes !== 'legacy' && !besideOurs });
}

type Story = ReturnType<typeof startStory>;

/** Serving from our tables, marked as what they are. */
function expectOurs({ world, source }: Story, finding: TablesFinding): void {
  expect(finding.statements).toEqual([expect.objectContaining({ type: 'TablesReady', status: 'True' })]);
  expect(world.look('repository')?.foreign).toBe(false);
  const state = world.look('version')?.marker;
  expect(state).toEqual({ kind: 'ours', marker: finding.marker });
  expect(finding.marker).toMatchObject({
    owner: OWNER,
    source: source(),
    intent: 'none',
    repositoryTable: world.look('repository')?.identity,
  });
}

/** Between two markers of one life of the version table. */
function mustBeginEpoch(before: Marker, after: Marker): boolean {
  const otherTable = before.repositoryTable !== undefined && before.repositoryTable !== after.repositoryTable;
  return otherTable || before.source !== after.source;
}

describe('in a world where tables come and go late and the operator may end at any line', () => {
  test('the tables are ours and rightly marked in the end, whatever happens to the repository table', async () => {
    await fc.assert(
      fc.asyncProperty(
        stories(fc.constant({ kind: 'drop', roles: ['repository'] }), restores, otherSources),
        async (story) => {
          const told = startStory();
          for (const event of story) await told.live(event);
          expectOurs(told, await told.comeToRest());
        },
      ),
      { numRuns: 300 },
    );
  });

  test('an epoch is begun exactly when the table or the source is another one, or the marker was lost', async () => {
    await fc.assert(
      fc.asyncProperty(stories(drops, restores, otherSources), async (story) => {
        const told = startStory();
        for (const event of story) {
          const before = told.world.look('version');
          const from = told.world.written.length;
          const known = told.knownEpoch();
          await told.live(event);
          for (const [i, after] of told.world.written.slice(from).entries()) {
            const state = i === 0 ? before?.marker : undefined;
            if (state?.kind === 'ours') {
              const raised = after.epoch - state.marker.epoch;
              expect(raised).toBe(mustBeginEpoch(state.marker, after) ? 1 : 0);
              if (raised === 1) expect(after.complete).toBe(false);
            } else expect(after.epoch).toBe(known + 1);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('no table of somebody else is ever touched', async () => {
    await fc.assert(
      fc.asyncProperty(stories(drops, foreigners, foreigners), async (story) => {
        const told = startStory();
        for (const event of story) await told.live(event);
        const finding = await told.comeToRest();
        expect(told.world.harmed).toEqual([]);
        if (finding.outcome.kind === 'done') expectOurs(told, finding);
      }),
      { numRuns: 300 },
    );
  });
});
