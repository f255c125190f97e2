import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import '../../../support/native-errors.ts';
import { image } from '../../../../src/standalone/sample/artefacts.ts';
import { push } from '../../../env/push.ts';
import { CUT_MS, type EventStage, type Links, startEventStage } from '../../../support/faults/event-stage.ts';
import { type StagedIndexer, untilDone } from '../../../support/faults/staged-indexer.ts';
import type { Decide, Fate } from '../../../support/network/faulty-proxy.ts';
import { createRandom } from '../../../support/random.ts';
import { deleteByApi, digestByApi } from '../../../support/registry/registry-api.ts';

const version = (content: string) => image({ platforms: ['linux/amd64'], created: new Date(0), content });
const dynamoError = (type: string) => JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}` });
const refused = (type: string): Fate => ({ kind: 'refuse', status: 400, body: dynamoError(type) });

let stage: EventStage;
let indexer: StagedIndexer;
let pushed = 0;

beforeAll(async () => {
  stage = await startEventStage('registry');
  indexer = await stage.startIndexer();
  stage.leadTo(indexer);
});

afterEach(() => {
  for (const link of Object.values(stage.links)) link.heal();
});

afterAll(() => stage?.stop());

/** A first push, a further tag, one that moves and one that goes. */
async function changeThings(): Promise<void> {
  pushed += 1;
  const name = `team/app-${pushed}`;
  const { url } = stage.registry;
  await push(url, name, 'v1', version(`${name} v1`));
  await push(url, name, 'v2', version(`${name} v2`));
  await push(url, name, 'v1', version(`${name} v3`));
  await deleteByApi(url, name, await digestByApi(url, name, 'v2'));
  await push(url, name, 'v4', version(`${name} v4`));
}

const every =
  (n: number, fate: Fate): Decide =>
  ({ number }) =>
    number % n === 0 ? fate : { kind: 'pass' };

/**
 * Of all requests, at random: where every second one failed, an attempt that always needs two would fail for as long as
 * nothing else is asked for.
 */
function aQuarter(fate: Fate): Decide {
  const random = createRandom(4);
  return () => (random.below(4) === 0 ? fate : { kind: 'pass' });
}

/** Nothing comes through until `heal`, and then what was under way does. */
function freeze(link: keyof Links): () => void {
  const frozen = Promise.withResolvers<void>();
  stage.links[link].plan(async () => {
    await frozen.promise;
    return { kind: 'pass' };
  });
  return () => {
    frozen.resolve();
    stage.links[link].heal();
  };
}

function reset(link: keyof Links): () => void {
  stage.links[link].plan(() => ({ kind: 'reset' }));
  return () => stage.links[link].heal();
}

describe('the index is right at once when the network has come back', () => {
  test.each<[string, keyof Links, (link: keyof Links) => () => void]>([
    ['between registry and indexer, after silence', 'events', freeze],
    ['between registry and indexer, after refusals', 'events', reset],
    ['between indexer and bucket, after silence', 'storage', freeze],
    ['between indexer and bucket, after refusals', 'storage', reset],
    ['between indexer and tables, after silence', 'tables', freeze],
    ['between indexer and tables, after refusals', 'tables', reset],
    ['between registry and bucket, after silence', 'registryStorage', freeze],
  ])('%s', async (_, link, cut) => {
    await changeThings();
    const heal = cut(link);
    const changing = changeThings();
    await wait(CUT_MS);
    heal();
    await changing;
    await stage.untilEqual();
  });
});

describe('the index is right at once when DynamoDB', () => {
  test.each<[string, Decide]>([
    ['throttles', aQuarter(refused('ProvisionedThroughputExceededException'))],
    ['refuses', aQuarter(refused('AccessDeniedException'))],
    ['fails inside', aQuarter({ kind: 'refuse', status: 500, body: dynamoError('InternalServerError') })],
    ['is slow', () => ({ kind: 'slow', ms: 400 })],
    ['loses answers to what it has done', aQuarter({ kind: 'lose' })],
  ])('%s', async (_, decide) => {
    stage.links.tables.plan(decide);
    await changeThings();
    await stage.untilEqual();
    expect(stage.links.tables.struck()).toBeGreaterThan(0);
  });
});

test('the index is right at once when a registry sends again what had been taken, because the answers were lost', async () => {
  stage.links.events.plan(every(2, { kind: 'lose' }));
  await changeThings();
  await stage.untilEqual();
  expect(stage.links.events.struck()).toBeGreaterThan(0);
});

test("a registry that writes a tag's link late has it waited for, also when it is the first of its repository", async () => {
  stage.links.registryStorage.plan(async ({ method, path }) => {
    if (method === 'PUT' && path.includes('/current/link')) await wait(600);
    return { kind: 'pass' };
  });
  const { url } = stage.registry;
  await push(url, 'late/first', 'v1', version('late'));
  await stage.untilEqual();
  await push(url, 'late/first', 'v1', version('later'));
  await stage.untilEqual();
  await untilDone(indexer);
  expect(await indexer.metric('registry_index_event_misses_total')).toBe(0);
});

test('nothing of all that was a gap', async () => {
  expect(await indexer.metric('registry_index_event_gaps_total')).toBe(0);
});
