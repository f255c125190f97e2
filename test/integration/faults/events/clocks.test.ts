import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import '../../../support/native-errors.ts';
import { openGapOf } from '../../../../src/dynamodb/state/open-gap.ts';
import { startNudger } from '../../../../src/indexer/nudge/nudger.ts';
import { image } from '../../../../src/standalone/sample/artefacts.ts';
import { createMetricsRegistry } from '../../../../src/telemetry/metrics.ts';
import { push } from '../../../env/push.ts';
import { until } from '../../../support/eventually.ts';
import { type EventStage, NUDGE_KEY, startEventStage } from '../../../support/faults/event-stage.ts';
import type { StagedIndexer } from '../../../support/faults/staged-indexer.ts';
import { deleteByApi, digestByApi } from '../../../support/registry/registry-api.ts';
import { startLiveSearch } from '../../../support/search/live-search.ts';

const HOUR_MS = 60 * 60_000;
const OFF: readonly (readonly [string, number])[] = [
  ['ahead', HOUR_MS],
  ['behind', -HOUR_MS],
];
const version = (content: string) => image({ platforms: ['linux/amd64'], created: new Date(0), content });

let stage: EventStage;
let indexer: StagedIndexer;

beforeAll(async () => {
  stage = await startEventStage('registry');
});

beforeEach(async () => {
  indexer = await stage.startIndexer();
  stage.leadTo(indexer);
});

afterEach(async () => {
  stage.links.events.heal();
  await indexer.stop();
});

afterAll(() => stage?.stop());

const deleteTag = async (name: string, tag: string) =>
  deleteByApi(stage.registry.url, name, await digestByApi(stage.registry.url, name, tag));

/** What a registry's own clock is in: its events. A store refuses what it has signed by a clock that is so wrong. */
function shiftClock(body: string, byMs: number): string {
  return body.replaceAll(/"timestamp":\s*"([^"]+)"/g, (_, time: string) => {
    return `"timestamp":"${new Date(Date.parse(time) + byMs).toISOString()}"`;
  });
}

test.each(OFF)('the clock of a registry that is an hour %s hides nothing that it tells', async (word, byMs) => {
  let shifted = 0;
  const rewrite = (body: string) => {
    const told = shiftClock(body, byMs);
    shifted += Number(told !== body);
    return told;
  };
  stage.links.events.plan(() => ({ kind: 'alter', rewrite }));
  const { url } = stage.registry;
  const name = `registry-clock/${word}`;
  for (const tag of ['v1', 'v2', 'v1']) await push(url, name, tag, version(`${word} ${tag} ${shifted}`));
  await stage.untilEqual();
  await deleteTag(name, 'v2');
  await stage.untilEqual();
  expect(shifted).toBeGreaterThan(0);
});

test.each(OFF)('the clock of search that is an hour %s hides no push and no deletion', async (word, offsetMs) => {
  const search = await startLiveSearch(stage.index, { now: () => Date.now() + offsetMs });
  const name = `search-clock/${word}`;
  await until(search.isReady);
  for (const tag of ['v1', 'v2']) {
    await push(stage.registry.url, name, tag, version(`${word} ${tag}`));
    await until(async () => (await search.find(`tag:${tag} name:${name}`)).length === 1);
  }
  for (const tag of ['v1', 'v2']) await deleteTag(name, tag);
  await until(async () => (await search.find(`name:${name}`)).length === 0);
  await search.stop();
});

describe.each(OFF)('the clock of an indexer that is an hour %s', (word, offsetMs) => {
  const name = `clock/${word}`;

  test('hides nothing from it, and nothing that it has written from a resync with a right one', async () => {
    const wrong = await stage.startIndexer({ now: () => Date.now() + offsetMs });
    stage.leadTo(wrong);
    const { url } = stage.registry;
    for (const tag of ['v1', 'v2', 'v3']) await push(url, name, tag, version(tag));
    await deleteTag(name, 'v2');
    await stage.untilEqual();
    await wrong.stop();
    stage.links.events.plan(() => ({ kind: 'refuse', status: 202, body: '' }));
    await push(url, name, 'v1', version('missed'));
    await deleteTag(name, 'v3');
    expect(await stage.differences()).toHaveLength(2);
    await stage.resync();
    expect(await stage.differences()).toEqual([]);
  });

  test('and another one that is right follow one repository together', async () => {
    const wrong = await stage.startIndexer({ now: () => Date.now() + offsetMs });
    stage.leadTo(indexer, wrong);
    const { url } = stage.registry;
    for (let at = 0; at < 8; at += 1) await push(url, name, `both-${at % 3}`, version(`both ${at}`));
    await deleteTag(name, 'both-0');
    await stage.untilEqual();
    await wrong.stop();
  });

  test('and another one that is right find out together that a registry was started again', async () => {
    const reportTiming = { checkMs: 20, newsMs: 300, beatMs: 5_000 };
    const wrong = await stage.startIndexer({ now: () => Date.now() + offsetMs, reportTiming });
    const right = await stage.startIndexer({ reportTiming });
    const tell = async (to: StagedIndexer, instanceID: string) => {
      stage.leadTo(to);
      await stage.send(
        JSON.stringify({ events: [{ action: 'pull', target: { repository: 'any' }, source: { instanceID } }] }),
      );
    };
    const { events } = stage.index;
    const { signal } = new AbortController();
    const heard = async () => (await events.read(signal)).registries;
    const before = new Set((await heard()).map(({ id }) => id));
    const first = async () => (await heard()).find(({ id }) => !before.has(id));
    for (const to of [wrong, right, wrong]) await tell(to, `first-${word}`);
    await until(async () => (await first())?.events === 3);
    const { id } = (await first()) ?? {};
    // Answers of DynamoDB tell whole seconds.
    await wait(2_000);
    for (const to of [right, wrong, right, wrong, right, wrong, right, wrong]) await tell(to, `second-${word}`);
    const isGone = async () => (await heard()).find((each) => each.id === id)?.isGone ?? false;
    await until(isGone);
    const { gaps } = openGapOf(await events.read(signal)) ?? { gaps: [] };
    expect(gaps.map(({ reason }) => reason)).toContain('RegistryRestarted');
    await Promise.all([wrong.stop(), right.stop()]);
  });

  test('hides nothing that it writes from search, which no nudge reaches', async () => {
    const fed = `fed-clock/${word}`;
    const { url } = stage.registry;
    // Else search has read nothing yet, and looks for writes of any time.
    await push(url, `${fed}-before`, 'v1', version('before'));
    await stage.untilEqual();
    const search = await startLiveSearch(stage.index);
    await until(search.isReady);
    const wrong = await stage.startIndexer({ now: () => Date.now() + offsetMs });
    stage.leadTo(wrong);
    await push(url, fed, 'v1', version('fed'));
    await until(async () => (await search.find(`name:${fed}`)).length === 1);
    await deleteTag(fed, 'v1');
    await until(async () => (await search.find(`name:${fed}`)).length === 0);
    await wrong.stop();
    await search.stop();
  });

  test('hides nothing that it writes from search, which it nudges', async () => {
    const search = await startLiveSearch(stage.index, { takesNudges: true });
    const { hostname: host, port } = new URL(search.nudgeUrl ?? '');
    const nudger = startNudger([{ host, port: Number(port) }], createMetricsRegistry());
    nudger.useKey(NUDGE_KEY);
    const wrong = await stage.startIndexer({ now: () => Date.now() + offsetMs, onWritten: nudger.nudge });
    stage.leadTo(wrong);
    const nudged = `nudged-clock/${word}`;
    await until(search.isReady);
    await push(stage.registry.url, nudged, 'v1', version('nudged'));
    await until(async () => (await search.find(`name:${nudged}`)).length === 1);
    await deleteTag(nudged, 'v1');
    await until(async () => (await search.find(`name:${nudged}`)).length === 0);
    await wrong.stop();
    await nudger.close();
    await search.stop();
  });
});
