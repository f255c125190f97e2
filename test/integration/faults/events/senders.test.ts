import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import '../../../support/native-errors.ts';
import { type Artefact, image } from '../../../../src/standalone/sample/artefacts.ts';
import { push } from '../../../env/push.ts';
import { eachOf } from '../../../support/each-of.ts';
import { until } from '../../../support/eventually.ts';
import { type EventStage, startEventStage, TOKEN } from '../../../support/faults/event-stage.ts';
import { type StagedIndexer, untilDone } from '../../../support/faults/staged-indexer.ts';
import { deleteByApi, digestByApi } from '../../../support/registry/registry-api.ts';

const HOUR_MS = 60 * 60_000;
const EVENTS_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';
const { signal } = new AbortController();
const version = (content: string) => image({ platforms: ['linux/amd64'], created: new Date(0), content });
const digestOf = ({ manifests }: Artefact) => manifests[0].digest;

let stage: EventStage;
let indexer: StagedIndexer;

beforeAll(async () => {
  stage = await startEventStage('registry');
  for (const tag of ['v1', 'v2']) await push(stage.registry.url, 'team/shop', tag, version(tag));
});

beforeEach(async () => {
  indexer = await stage.startIndexer();
  stage.leadTo(indexer);
});

afterEach(() => indexer.stop());

afterAll(() => stage?.stop());

const gaps = (reason: string) => indexer.metric('registry_index_event_gaps_total', { reason });

interface Event {
  readonly action: string;
  readonly target: Readonly<Record<string, unknown>>;
  readonly timestamp?: string;
}

const envelope = (events: readonly unknown[]) => JSON.stringify({ events });
const eventsIn = (body: string): Event[] => JSON.parse(body).events;

/** Sends all of it at once, and waits until the indexer has nothing to do any more. */
async function sendAll(bodies: readonly string[]): Promise<void> {
  await eachOf(bodies, 16, async (body) => expect(await stage.send(body)).toBe(202));
  await untilDone(indexer);
}

describe('what is sent', () => {
  test('twice, in another order, and with the times of another day changes nothing', async () => {
    const { url } = stage.registry;
    for (const tag of ['a', 'b', 'a']) await push(url, 'team/order', tag, version(`${tag} ${Math.random()}`));
    await deleteByApi(url, 'team/order', await digestByApi(url, 'team/order', 'b'));
    await stage.untilEqual();
    const events = stage.sent.flatMap(eventsIn);
    const yesterday = (event: Event) => ({ ...event, timestamp: new Date(Date.now() - 24 * HOUR_MS).toISOString() });
    const tomorrow = (event: Event) => ({ ...event, timestamp: new Date(Date.now() + HOUR_MS).toISOString() });
    await sendAll(events.toReversed().flatMap((each) => [envelope([yesterday(each)]), envelope([tomorrow(each)])]));
    expect(await stage.differences()).toEqual([]);
    await sendAll([envelope(events.toReversed()), envelope(events)]);
    expect(await stage.differences()).toEqual([]);
  });

  test('and is not true is not believed: no tag comes, moves or goes by it', async () => {
    const target = (fields: object) => ({
      mediaType: EVENTS_TYPE,
      digest: digestOf(version('never pushed')),
      ...fields,
    });
    const forged = [
      { action: 'push', target: target({ repository: 'team/shop', tag: 'v1' }) },
      { action: 'push', target: target({ repository: 'team/shop', tag: 'never' }) },
      { action: 'mount', target: target({ repository: 'team/shop', tag: 'v2', fromRepository: 'team/other' }) },
      { action: 'delete', target: { repository: 'team/shop', tag: 'v1' } },
    ];
    await sendAll(forged.map((event) => envelope([event])));
    expect(await stage.differences()).toEqual([]);
    expect(await indexer.metric('registry_index_event_misses_total')).toBeGreaterThan(0);
    const goes = [
      { repository: 'team/shop' },
      { repository: 'team/shop', digest: digestOf(version('v2')) },
      { repository: 'never/there' },
    ];
    await sendAll(goes.map((target) => envelope([{ action: 'delete', target }])));
    expect(await stage.differences()).toEqual([]);
  });

  test('by a registry that is not ours leaves nothing, and what no registry sends is counted', async () => {
    const target = { mediaType: EVENTS_TYPE, digest: digestOf(version('v1')), tag: 'v1' };
    const foreign = Array.from({ length: 50 }, (_, at) => `foreign/app-${at}`);
    await sendAll(foreign.map((repository) => envelope([{ action: 'push', target: { ...target, repository } }])));
    expect(await stage.index.records(4).readAll(foreign, signal)).toEqual([]);
    const names = ['../team/shop', 'team/shop/_manifests', 'TEAM', '', 'a'.repeat(300)];
    const counted = () =>
      Promise.all(['ignored', 'unknown'].map((kind) => indexer.metric('registry_index_events_total', { kind })));
    const [ignored = 0, unknown = 0] = await counted();
    await sendAll([envelope(names.map((repository) => ({ action: 'push', target: { ...target, repository } })))]);
    expect(await counted()).toEqual([ignored + names.length - 1, unknown + 1]);
    expect(await stage.differences()).toEqual([]);
  });

  test('and is too large, or is no JSON, is taken and is a gap', async () => {
    const large = envelope([{ action: 'push', target: { repository: 'team/shop' }, padding: 'x'.repeat(10_000_000) }]);
    for (const body of [large, '', 'null', '{"events": 1}', '{"events": [', randomBytes(100_000)])
      expect(await stage.send(body)).toBe(202);
    expect(await gaps('TooLarge')).toBe(1);
    expect(await gaps('Malformed')).toBe(5);
    expect(await stage.differences()).toEqual([]);
  });

  test('as a thousand events in one is followed at once', async () => {
    stage.links.events.plan(() => ({ kind: 'refuse', status: 202, body: '' }));
    const tags = Array.from({ length: 20 }, (_, at) => `t${at}`);
    await eachOf(tags, 5, (tag) => push(stage.registry.url, `team/thousand`, tag, version(tag)));
    const events = Array.from({ length: 1_000 }, (_, at) => {
      const tag = `t${at % tags.length}`;
      return { action: 'push', target: { repository: 'team/thousand', tag, digest: digestOf(version(tag)) } };
    });
    expect(await stage.send(envelope(events))).toBe(202);
    await stage.untilEqual();
    expect(await indexer.metric('registry_index_events_total', { kind: 'hint' })).toBe(1_000);
    stage.links.events.heal();
  });
});

describe('a token', () => {
  test('that is wrong is refused and counted, whatever comes with it', async () => {
    for (const token of ['', 'wrong', `${TOKEN} `, `${TOKEN}x`, TOKEN.toUpperCase()].map((each) => each.trimStart()))
      expect([token, await stage.send(envelope([]), token)]).toEqual([token, token.trim() === TOKEN ? 202 : 401]);
    expect(await indexer.metric('registry_index_notifications_rejected_total')).toBe(4);
  });

  test('that the indexer has before the registry loses nothing: the registry sends again until it may', async () => {
    const next = await stage.startIndexer({ token: 'another-token' });
    stage.leadTo(next);
    for (const tag of ['old', 'new']) await push(stage.registry.url, 'team/rotated', tag, version(tag));
    await until(async () => (await next.metric('registry_index_notifications_rejected_total')) > 0);
    expect(await stage.differences()).not.toEqual([]);
    stage.leadTo(indexer);
    await stage.untilEqual();
    await next.stop();
  });
});

/** Puts only the manifest, so that a retag is one request. */
async function putManifest(name: string, tag: string, { manifests: [manifest] }: Artefact): Promise<number> {
  const headers = { 'content-type': manifest.mediaType };
  const body = new Uint8Array(manifest.bytes);
  const { status } = await fetch(`${stage.registry.url}/v2/${name}/manifests/${tag}`, { method: 'PUT', headers, body });
  return status;
}

async function retag(name: string, tag: string, artefact: Artefact): Promise<void> {
  expect(await putManifest(name, tag, artefact)).toBe(201);
}

describe('a storm', () => {
  const versions = ['one', 'two', 'three'].map(version);

  beforeAll(async () => {
    for (const [at, each] of versions.entries()) await push(stage.registry.url, 'team/storm', `base-${at}`, each);
  });

  test('of a thousand pushes to one tag ends with what the tag points to, by far fewer looks', async () => {
    for (const each of versions) await retag('team/storm', 'latest', each);
    const moves = Array.from({ length: 1_000 }, (_, at) => digestOf(versions[at % versions.length] ?? version('none')));
    await eachOf(moves, 8, async (digest) => {
      await stage.send(envelope([{ action: 'push', target: { repository: 'team/storm', tag: 'latest', digest } }]));
      await stage.moveTag('team/storm', 'latest', digest);
    });
    await stage.untilEqual();
    expect(await indexer.metric('registry_index_event_updates_total')).toBeLessThan(1_000);
  });

  test('of fifty tags at once is followed by two indexers between which the events fall', async () => {
    const second = await stage.startIndexer();
    stage.leadTo(indexer, second);
    const tags = Array.from({ length: 50 }, (_, at) => `t${at}`);
    for (const round of versions.slice(1)) await eachOf(tags, 25, (tag) => retag('team/storm', tag, round));
    await stage.untilEqual();
    expect(await second.metric('registry_index_events_total', { kind: 'hint' })).toBeGreaterThan(0);
    await second.stop();
  });

  test('of pushes and deletions of one tag that cross ends as the registry does', async () => {
    const second = await stage.startIndexer();
    stage.leadTo(indexer, second);
    const address = `${stage.registry.url}/v2/team/storm/manifests/crossing`;
    const moves = Array.from({ length: 60 }, (_, at) => at);
    await eachOf(moves, 6, async (at) => {
      if (at % 3 === 2) await fetch(address, { method: 'DELETE' });
      // The registry itself fails at times when it is to write what it is to remove.
      else await putManifest('team/storm', 'crossing', versions[at % 2] ?? version('none'));
    });
    await stage.untilEqual();
    await second.stop();
  });
});

test('garbage collection after a deletion by digest takes nothing from the index that is there', async () => {
  const { registry } = stage;
  for (const tag of ['stays', 'goes']) await push(registry.url, 'team/garbage', tag, version(`garbage ${tag}`));
  await deleteByApi(registry.url, 'team/garbage', digestOf(version('garbage goes')));
  await registry.collectGarbage();
  await stage.untilEqual();
  await stage.restartRegistry();
  await push(stage.registry.url, 'team/garbage', 'goes', version('garbage goes'));
  await stage.untilEqual();
});
