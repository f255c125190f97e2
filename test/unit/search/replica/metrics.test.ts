import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createSearchEngine } from '../../../../src/search/engine/create-engine.ts';
import { exposeView } from '../../../../src/search/replica/metrics.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

test('the figures of what is served have no private repository in them', async () => {
  const engine = createSearchEngine();
  const tags = [{ name: 'v1', digest: `sha256:${'0'.repeat(64)}`, pushedAtMs: 1_000, platforms: undefined }];
  engine.upsert(searchRecord('shown', { tags }));
  engine.upsert(searchRecord('hidden', { tags, isPrivate: true }));
  const registry = new Registry();
  exposeView(registry, { current: () => ({ engine, epoch: 1, incomplete: false }) });
  const text = await registry.metrics();
  expect(text).toContain('\nregistry_index_repositories 1\n');
  expect(text).toContain('\nregistry_index_tags 1\n');
});
