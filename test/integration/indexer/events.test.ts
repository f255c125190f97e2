import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import '../../support/native-errors.ts';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { push } from '../../env/push.ts';
import { eachOf } from '../../support/each-of.ts';
import { until } from '../../support/eventually.ts';
import { type EventStage, startEventStage } from '../../support/faults/event-stage.ts';
import type { StagedIndexer } from '../../support/faults/staged-indexer.ts';

const { signal } = new AbortController();
const version = (content: string) => image({ platforms: ['linux/amd64'], created: new Date(0), content });

let stage: EventStage;
let indexer: StagedIndexer;

async function start(toldBy: 'registry' | 'store'): Promise<void> {
  stage = await startEventStage(toldBy);
  indexer = await stage.startIndexer();
  stage.leadTo(indexer);
}

async function tagsOf(name: string): Promise<Record<string, string>> {
  const stored = await stage.index.records(4).read(name, signal);
  return Object.fromEntries(stored?.record.tags.map((tag) => [tag.name, tag.digest]) ?? []);
}

describe('a registry that sends its notifications to the indexer', () => {
  beforeAll(async () => {
    await start('registry');
  });

  afterAll(() => stage?.stop());

  test('has what is pushed to it indexed, with its labels', async () => {
    const labels = { 'org.opencontainers.image.title': 'Payments' };
    const first = image({ platforms: ['linux/amd64'], labels, created: new Date(0), content: '1' });
    await push(stage.registry.url, 'team/pay', 'v1', first);
    await stage.untilEqual();
    const stored = await stage.index.records(4).read('team/pay', signal);
    expect(stored?.record).toMatchObject({ title: 'Payments', platforms: ['linux/amd64'] });
  });

  test('has a tag that moves followed to where it ends', async () => {
    for (let at = 0; at < 30; at += 1) await push(stage.registry.url, 'team/moving', 'latest', version(`${at}`));
    await stage.untilEqual();
    expect(Object.values(await tagsOf('team/moving'))).toEqual([version('29').manifests[0].digest]);
  });

  test('has fifty tags of one repository, pushed at once, indexed all', async () => {
    const tags = Array.from({ length: 50 }, (_, at) => `t${at}`);
    await eachOf(tags, 10, (tag) => push(stage.registry.url, 'team/many', tag, version(tag)));
    await stage.untilEqual();
    expect(Object.keys(await tagsOf('team/many'))).toHaveLength(50);
  });

  test('has tags that are deleted, by name or with their manifest, leave the index', async () => {
    for (const tag of ['a', 'b', 'c']) await push(stage.registry.url, 'team/less', tag, version(tag));
    await stage.untilEqual();
    const remove = async (reference: string) => {
      const { status } = await fetch(`${stage.registry.url}/v2/team/less/manifests/${reference}`, { method: 'DELETE' });
      expect(status).toBe(202);
    };
    await remove('a');
    await until(async () => Object.keys(await tagsOf('team/less')).join() === 'b,c');
    await remove(version('b').manifests[0].digest);
    await until(async () => Object.keys(await tagsOf('team/less')).join() === 'c');
    await remove('c');
    await until(async () => (await stage.index.records(4).read('team/less', signal))?.deleted === true);
  });

  test('is right in the end when pushes and deletions of one tag cross', async () => {
    for (let at = 0; at < 10; at += 1) {
      await push(stage.registry.url, 'team/crossing', 'x', version(`x${at}`));
      await fetch(`${stage.registry.url}/v2/team/crossing/manifests/x`, { method: 'DELETE' });
    }
    await push(stage.registry.url, 'team/crossing', 'x', version('last'));
    await until(async () => Object.keys(await tagsOf('team/crossing')).length === 1);
    await stage.untilEqual();
  });

  test('has announced nothing that did not come', async () => {
    expect(await indexer.metric('registry_index_event_misses_total')).toBe(0);
  });
});

describe('a store that sends its events to the indexer', () => {
  beforeAll(async () => {
    await start('store');
  });

  afterAll(() => stage?.stop());

  test('has what a registry pushes indexed', async () => {
    await push(stage.registry.url, 'team/pay', 'v1', version('1'));
    await push(stage.registry.url, 'team/pay', 'v2', version('2'));
    await until(async () => Object.keys(await tagsOf('team/pay')).length === 2);
    await stage.untilEqual();
  });

  test('has what is deleted in the bucket leave the index', async () => {
    await stage.removeTag('team/pay', 'v1');
    await until(async () => Object.keys(await tagsOf('team/pay')).join() === 'v2');
  });
});
