import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import '../../../support/native-errors.ts';
import { join } from 'node:path';
import { image } from '../../../../src/standalone/sample/artefacts.ts';
import { freePort } from '../../../env/free-port.ts';
import { answersHttp } from '../../../env/http-probe.ts';
import { type RunningProcess, startProcess } from '../../../env/process.ts';
import { push } from '../../../env/push.ts';
import { type TempDirectory, tempDirectory } from '../../../env/temp-directory.ts';
import { until } from '../../../support/eventually.ts';
import { CUT_MS, type EventStage, startEventStage } from '../../../support/faults/event-stage.ts';
import type { Decide, Fate } from '../../../support/network/faulty-proxy.ts';
import { deleteByApi, digestByApi } from '../../../support/registry/registry-api.ts';
import { type LiveSearch, startLiveSearch } from '../../../support/search/live-search.ts';

const PROGRAM = join(import.meta.dirname, '../../../../src/main.ts');
const version = (content: string) => image({ platforms: ['linux/amd64'], created: new Date(0), content });

let stage: EventStage;

/** What was sent is taken, and nobody learns of it. */
const swallow: Decide = () => ({ kind: 'refuse', status: 202, body: '' });

async function expectRepairedByOneResync(): Promise<void> {
  expect(await stage.differences()).not.toEqual([]);
  expect(await stage.resync()).toMatchObject({ outcome: 'ended' });
  expect(await stage.differences()).toEqual([]);
}

describe('a registry that sends its notifications', () => {
  beforeAll(async () => {
    stage = await startEventStage('registry');
  });

  afterAll(() => stage?.stop());

  test('and is killed loses what it has queued; one resync finds that, and what follows is found at once', async () => {
    const indexer = await stage.startIndexer();
    stage.leadTo(indexer);
    await push(stage.registry.url, 'team/before', 'v1', version('before'));
    await stage.untilEqual();
    stage.links.events.plan(() => ({ kind: 'reset' }));
    for (const tag of ['v1', 'v2']) await push(stage.registry.url, 'team/queued', tag, version(tag));
    await stage.restartRegistry();
    stage.links.events.heal();
    await expectRepairedByOneResync();
    await push(stage.registry.url, 'team/queued', 'v3', version('v3'));
    await stage.untilEqual();
    await indexer.stop();
  });

  test('and gets another token loses what it has queued with the former one, no more', async () => {
    const indexer = await stage.startIndexer({ token: 'the-next-token' });
    stage.leadTo(indexer);
    await push(stage.registry.url, 'team/token', 'v1', version('token'));
    await stage.restartRegistry('the-next-token');
    await expectRepairedByOneResync();
    await push(stage.registry.url, 'team/token', 'v2', version('token 2'));
    await stage.untilEqual();
    await stage.restartRegistry();
    await indexer.stop();
  });

  describe('to an indexer that is killed after it has taken an event', () => {
    /** Requests, to the bucket or the tables, before which it is killed: as many as a first push takes, and more. */
    const STEPS = [0, 1, 2, 3, 4, 5, 6, 8];
    let directory: TempDirectory;
    let processes: readonly (RunningProcess & { readonly url: string })[];

    beforeAll(async () => {
      directory = await tempDirectory('indexers');
      processes = await Promise.all(STEPS.map(startIndexerProcess));
    });

    afterAll(async () => {
      for (const each of processes ?? []) await each.stop();
      await directory?.remove();
    });

    async function startIndexerProcess(step: number) {
      const url = `http://127.0.0.1:${await freePort()}`;
      const ports = ['--port', new URL(url).port, '--monitoring-port', String(await freePort())];
      const args = [
        'indexer',
        '--host',
        '127.0.0.1',
        ...ports,
        '--identity',
        `killed-${step}`,
        '--log-level',
        'silent',
      ];
      const started = await startProcess({
        ...{ name: `indexer-${step}`, command: process.execPath, args: [PROGRAM, ...args] },
        ...{ directory: directory.path, env: stage.indexerEnv, ready: () => answersHttp(url) },
      });
      return { ...started, url };
    }

    test('at any step, what it had taken is lost until one resync at most', async () => {
      stage.links.events.plan(swallow);
      for (const [at, indexer] of processes.entries()) {
        const name = `killed/at-${STEPS[at]}`;
        const artefact = version(name);
        await push(stage.registry.url, name, 'v1', artefact);
        let left = STEPS[at] ?? 0;
        const isKilled = Promise.withResolvers<void>();
        const kill = () => {
          process.kill(indexer.pid, 'SIGKILL');
          isKilled.resolve();
        };
        const killing: Decide = () => {
          left -= 1;
          if (left === 0) kill();
          return { kind: 'pass' };
        };
        stage.links.storage.plan(killing);
        stage.links.tables.plan(killing);
        stage.leadTo(indexer);
        const target = { repository: name, tag: 'v1', digest: artefact.manifests[0].digest };
        expect(await stage.send(JSON.stringify({ events: [{ action: 'push', target }] }))).toBe(202);
        if (left === 0) kill();
        await isKilled.promise;
        stage.links.storage.heal();
        stage.links.tables.heal();
      }
      stage.links.events.heal();
      await expectRepairedByOneResync();
    });
  });
});

describe('search', () => {
  const found = async (search: LiveSearch, names: readonly string[]) =>
    isDeepStrictEqual((await search.find('ns:found')).toSorted(), names);

  beforeAll(async () => {
    stage = await startEventStage('store');
    stage.leadTo(await stage.startIndexer());
  });

  afterAll(() => stage?.stop());

  test('of which all processes are started again finds what was pushed and not what was deleted meanwhile', async () => {
    const start = () => Promise.all([startLiveSearch(stage.index), startLiveSearch(stage.index)]);
    const { url } = stage.registry;
    for (const name of ['found/a', 'found/b']) await push(url, name, 'v1', version(name));
    const first = await start();
    for (const each of first) await until(() => found(each, ['found/a', 'found/b']));
    for (const each of first) await each.stop();
    await push(url, 'found/c', 'v1', version('c'));
    await deleteByApi(url, 'found/a', await digestByApi(url, 'found/a', 'v1'));
    await stage.untilEqual();
    const second = await start();
    for (const each of second) await until(() => found(each, ['found/b', 'found/c']));
    for (const each of second) await each.stop();
  });

  test.each<[string, Fate]>([
    ['slow', { kind: 'slow', ms: 1_000 }],
    ['refusing', { kind: 'reset' }],
  ])(
    'that is cut off from its tables, which are %s, goes on answering, and then finds what came meanwhile',
    async (word, fate) => {
      const index = stage.openIndex();
      const search = await startLiveSearch(index);
      await until(() => found(search, ['found/b', 'found/c']));
      stage.links.tables.plan(() => fate);
      const name = `cut/${word}`;
      await push(stage.registry.url, name, 'v1', version(name));
      await wait(CUT_MS);
      expect(await found(search, ['found/b', 'found/c'])).toBe(true);
      stage.links.tables.heal();
      await until(async () => (await search.find(name)).includes(name));
      await stage.untilEqual();
      await search.stop();
      index.close();
    },
  );

  test('misses what a store could not send, which sends nothing again, until one resync; what follows is found at once', async () => {
    const { url } = stage.registry;
    stage.links.events.plan(() => ({ kind: 'reset' }));
    for (const tag of ['v1', 'v2']) await push(url, 'found/unsent', tag, version(tag));
    await deleteByApi(url, 'found/b', await digestByApi(url, 'found/b', 'v1'));
    stage.links.events.heal();
    await expectRepairedByOneResync();
    await push(url, 'found/unsent', 'v2', version('v3'));
    await stage.untilEqual();
  });
});
