import { afterAll, beforeAll, expect, test } from '@jest/globals';
import '../../support/native-errors.ts';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { push } from '../../env/push.ts';
import { type EventStage, startEventStage } from '../../support/faults/event-stage.ts';
import { deleteByApi, digestByApi } from '../../support/registry/registry-api.ts';

const version = (content: string) => image({ platforms: ['linux/amd64'], created: new Date(0), content });
const types = new Set<string | undefined>();
const { signal } = new AbortController();
let stage: EventStage;

beforeAll(async () => {
  stage = await startEventStage('registry', 2);
  stage.leadTo(await stage.startIndexer());
  stage.links.events.plan(({ headers }) => {
    types.add(headers['content-type']);
    return { kind: 'pass' };
  });
});

afterAll(() => stage?.stop());

const deleteTag = (name: string, tag: string) =>
  fetch(`${stage.registry.url}/v2/${name}/manifests/${tag}`, { method: 'DELETE' });

test('what is pushed to distribution 2.8, moves and is deleted there is followed', async () => {
  const { url } = stage.registry;
  const labels = { 'org.opencontainers.image.title': 'Payments' };
  await push(url, 'team/pay', 'v1', image({ platforms: ['linux/amd64'], labels, created: new Date(0), content: '1' }));
  await stage.untilEqual();
  const stored = await stage.index.records(4).read('team/pay', signal);
  expect(stored?.record).toMatchObject({ title: 'Payments', platforms: ['linux/amd64'] });
  for (const tag of ['v2', 'v3', 'v2']) await push(url, 'team/pay', tag, version(`${tag} ${types.size}`));
  for (let at = 0; at < 10; at += 1) await push(url, 'team/pay', 'latest', version(`latest ${at}`));
  await stage.untilEqual();
  await deleteByApi(url, 'team/pay', await digestByApi(url, 'team/pay', 'v1'));
  await stage.untilEqual();
  expect((await deleteTag('team/pay', 'v2')).ok).toBe(false);
  expect(await stage.differences()).toEqual([]);
});

test('its events are of the first version', () => {
  expect([...types]).toEqual(['application/vnd.docker.distribution.events.v1+json']);
});

test('twenty tags that are pushed to it at once are all followed', async () => {
  const { url } = stage.registry;
  const tags = Array.from({ length: 20 }, (_, at) => `t${at}`);
  await Promise.all(tags.map((tag) => push(url, 'team/many', tag, version(tag))));
  await stage.untilEqual();
  const stored = await stage.index.records(4).read('team/many', signal);
  expect(stored?.record.tags).toHaveLength(20);
});

test('what it has queued when it is killed is lost until one resync, and what follows is found at once', async () => {
  stage.links.events.plan(() => ({ kind: 'reset' }));
  for (const tag of ['v1', 'v2']) await push(stage.registry.url, 'team/queued', tag, version(`queued ${tag}`));
  await stage.restartRegistry();
  stage.links.events.heal();
  expect(await stage.differences()).not.toEqual([]);
  await stage.resync();
  expect(await stage.differences()).toEqual([]);
  await push(stage.registry.url, 'team/queued', 'v3', version('queued v3'));
  await stage.untilEqual();
});
