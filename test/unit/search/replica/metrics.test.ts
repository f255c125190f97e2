import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createSearchEngine } from '../../../../src/search/engine/create-engine.ts';
import { createReplicaMetrics, exposeServedIndex } from '../../../../src/search/replica/metrics.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

test('the figures of what is served have no private repository in them', async () => {
  const engine = createSearchEngine();
  const tags = [{ name: 'v1', digest: `sha256:${'0'.repeat(64)}`, pushedAtMs: 1_000, platforms: undefined }];
  engine.upsert(searchRecord('shown', { tags }));
  engine.upsert(searchRecord('hidden', { tags, isPrivate: true }));
  const registry = new Registry();
  exposeServedIndex(registry, { current: () => ({ engine, epoch: 1, incomplete: false }) });
  const text = await registry.metrics();
  expect(text).toContain('\nregistry_index_repositories 1\n');
  expect(text).toContain('\nregistry_index_tags 1\n');
});

const NOW_MS = 1_000_000;

/** How long pushes took to be found, by way: their number and the sum of their seconds. */
async function lagsOf(
  stored: { readonly hintedAtMs?: number; readonly pushedAtMs: number },
  { isPush = true, isBuilt = true, via = 'feed' as 'feed' | 'nudge' } = {},
): Promise<Record<string, number>> {
  const registry = new Registry();
  const metrics = createReplicaMetrics(registry, () => NOW_MS);
  const { hintedAtMs, pushedAtMs } = stored;
  const provenance = { epoch: 1, fingerprint: 'f', listedAtMs: 0, hintedAtMs };
  const record = { ...searchRecord('team/app'), pushedAtMs };
  const written = { ...provenance, record, revision: 1, changedAtMs: NOW_MS - 100, deleted: false };
  metrics.applied([{ stored: written, isPush }], { via, isBuilt });
  const text = await registry.metrics();
  const sums = text.matchAll(/^registry_index_push_lag_seconds_sum\{via="(\w+)"\} (\S+)$/gm);
  return Object.fromEntries([...sums].map(([, way = '', seconds]) => [way, Number(seconds)]));
}

test('what an event led to took as long as since the event, by the way it was found', async () => {
  const push = { hintedAtMs: NOW_MS - 300, pushedAtMs: NOW_MS - 400 };
  expect(await lagsOf(push, { via: 'nudge' })).toEqual({ nudge: 0.3 });
  expect(await lagsOf(push, { via: 'feed' })).toEqual({ feed: 0.3 });
});

test('what a listing found took as long as since the push', async () => {
  expect(await lagsOf({ pushedAtMs: NOW_MS - 60_000 })).toEqual({ resync: 60 });
});

test.each([
  ['no newer push', { pushedAtMs: 1 }, { isPush: false }],
  ['a first backfill', { pushedAtMs: 1 }, { isBuilt: false }],
  ['what an event led to long before', { hintedAtMs: 0, pushedAtMs: 1 }, {}],
])('%s has no such time', async (_what, stored, how) => {
  expect(await lagsOf(stored, how)).toEqual({});
});
