import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TagEntry } from '../../../src/dynamodb/records/record.ts';
import { type Dockerd, startDockerd } from '../../env/dockerd.ts';
import { podmanSearch } from '../../env/podman.ts';
import { until } from '../../support/eventually.ts';
import { type LiveSearch, startLiveSearch } from '../../support/search/live-search.ts';
import { createSearchTables, type SearchTables } from '../../support/search/search-tables.ts';

const SHOP = ['web-shop/check-out', 'web-shop/cart', 'web-shop/web'];
const NUMBERED = Array.from({ length: 230 }, (_, i) => `many/n${String(i).padStart(3, '0')}`);

let search: LiveSearch;
let dockerd: Dockerd;
let host: string;

beforeAll(async () => {
  search = await startLiveSearch(filledTables());
  await until(() => search.isReady());
  host = new URL(search.url).host;
  dockerd = await startDockerd();
});

afterAll(async () => {
  await dockerd?.stop();
  await search?.stop();
});

function filledTables(): SearchTables {
  const tables = createSearchTables();
  tables.write('team/nginx', Date.now(), { summary: 'A web server' });
  tables.write('team/proxy', Date.now(), { summary: 'Runs before nginx' });
  tables.write('large_100', Date.now());
  tables.write('web-shop/check-out', Date.now(), { tags: [tagFor('linux/arm64/v8')] });
  tables.write('web-shop/cart', Date.now(), { tags: [tagFor('linux/arm64/v8')], referrers: ['signature'] });
  tables.write('web-shop/web', Date.now(), { tags: [tagFor('linux/amd64')] });
  for (const name of NUMBERED) tables.write(name, Date.now());
  return tables;
}

function tagFor(platform: string): TagEntry {
  return { name: 'v1', digest: `sha256:${'1'.repeat(64)}`, pushedAtMs: 1_000, platforms: [platform] };
}

/** The first column of a table as docker and podman print it, without its heading. */
function names(output: string): string[] {
  const rows = output.split('\n').slice(1);
  return rows.map((row) => row.split(/\s+/)[0] ?? '').filter((name) => name !== '');
}

describe('docker search', () => {
  const find = async (term: string, ...options: string[]) =>
    names(await dockerd.dockerSearch(`${host}/${term}`, ['--no-trunc', ...options]));

  test('prints names and descriptions, the best hit first', async () => {
    const output = await dockerd.dockerSearch(`${host}/nginx`, ['--no-trunc']);
    expect(names(output)).toEqual(['team/nginx', 'team/proxy']);
    expect(output).toMatch(/team\/nginx +A web server/);
  });

  test.each([
    ['team/nginx', ['team/nginx']],
    ['team/', ['team/nginx', 'team/proxy']],
    ['TEAM/NG', ['team/nginx']],
    ['_', ['large_100']],
    ['nothing-of-the-kind', ['(hint)']],
    ['web-shop/check-', ['web-shop/check-out']],
    ['shop arch:arm64 -signed:yes', ['web-shop/check-out']],
    ['shop arch:s390x', ['(hint)']],
  ])('%s', async (term, found) => {
    expect((await find(term)).sort()).toEqual(found);
  });

  test('what finds nothing is explained', async () => {
    const output = await dockerd.dockerSearch(`${host}/mysql`, ['--no-trunc']);
    expect(output).toMatch(/^\(hint\) +no name, title, summary or label has "mysql"/m);
  });

  test('a mistake in a query is explained', async () => {
    const output = await dockerd.dockerSearch(`${host}/shop arhc:arm64`, ['--no-trunc']);
    expect(output).toContain('unknown filter `arhc:` at position 5; did you mean `arch:`?');
  });

  test('gets 25 rows, or as many as it asks for', async () => {
    expect(await find('many')).toEqual(NUMBERED.slice(0, 25));
    expect(await find('many', '--limit', '3')).toEqual(NUMBERED.slice(0, 3));
    expect(await find('many', '--limit', '100')).toEqual(NUMBERED.slice(0, 100));
  });
});

describe('podman search', () => {
  const find = async (term: string, ...options: string[]) => {
    const found = names(await podmanSearch(`${host}/${term}`, options));
    return found.map((name) => name.replace(`${host}/`, ''));
  };

  test.each([
    ['nginx', ['team/nginx', 'team/proxy']],
    ['team/nginx', ['team/nginx']],
    ['Team/', ['team/nginx', 'team/proxy']],
    ['_', ['large_100']],
    ['nothing-of-the-kind', ['(hint)']],
    ['web-shop/check-', ['web-shop/check-out']],
    ['shop arch:arm64 -signed:yes', ['web-shop/check-out']],
  ])('%s', async (term, found) => {
    expect((await find(term)).sort()).toEqual(found);
  });

  test('what finds nothing is explained', async () => {
    const output = await podmanSearch(`${host}/mysql`, ['--no-trunc']);
    expect(output).toContain(`${host}/(hint)`);
    expect(output).toContain('no name, title, summary or label has "mysql"');
  });

  test('a mistake in a query is explained', async () => {
    const output = await podmanSearch(`${host}/shop arhc:arm64`, ['--no-trunc']);
    expect(output).toContain('unknown filter `arhc:` at position 5; did you mean `arch:`?');
  });

  test('gets 25 rows, or as many as it asks for', async () => {
    expect(await find('many')).toHaveLength(25);
    expect(await find('many', '--limit', '3')).toHaveLength(3);
    expect(await find('many', '--limit', '200')).toHaveLength(200);
    expect((await find('many', '--limit', '1000')).sort()).toEqual(NUMBERED);
  });

  test('lists everything for an empty term, from the catalog', async () => {
    const everything = [...NUMBERED, 'large_100', 'team/nginx', 'team/proxy', ...SHOP].sort();
    expect((await find('', '--limit', '1000')).sort()).toEqual(everything);
  });
});
