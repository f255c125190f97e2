import { describe, expect, test } from '@jest/globals';
import { searchRecord } from '../../support/search/search-records.ts';
import { createServerBench } from '../../support/search/search-server.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const secret = { isPrivate: true, tags: [{ name: 'v1', digest, pushedAtMs: 1_000, platforms: undefined }] };
const { app } = createServerBench([
  searchRecord('team/open'),
  searchRecord('team/secret', { ...secret, title: 'Unheard-of' }),
]);

async function get(url: string) {
  return JSON.parse((await app.inject({ url })).body);
}

describe('a private repository', () => {
  test.each(['', 'team', 'secret', 'team/secret', 'unheard-of', 'tag:v1', `digest:${digest}`, 'ns:team'])(
    'is not found by anybody who has not logged in: %s',
    async (query) => {
      const { num_results, results } = await get(`/v1/search?q=${encodeURIComponent(query)}`);
      const names = results.map(({ name }: { name: string }) => name);
      expect(names).not.toContain('team/secret');
      expect(num_results).toBe(names.length);
    },
  );

  test('is not what a misspelt word is corrected to', async () => {
    expect(await get('/v1/search?q=unhaerd')).toMatchObject({ num_results: 0, results: [] });
  });

  test('is neither suggested nor listed', async () => {
    expect(await get('/v1/suggest?q=sec')).toEqual({ suggestions: [] });
    expect(await get('/v1/suggest?q=team')).toEqual({ suggestions: ['team/open'] });
    expect(await get('/v2/_catalog')).toEqual({ repositories: ['team/open'] });
  });

  test('is not counted in how much there is', async () => {
    expect(await get('/v1/status')).toMatchObject({ repositories: 1, tags: 1 });
  });
});
