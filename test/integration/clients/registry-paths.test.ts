import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { until } from '../../support/eventually.ts';
import { type LiveSearch, startLiveSearch } from '../../support/search/live-search.ts';
import { createSearchTables } from '../../support/search/search-tables.ts';

let s3: S3Server;
let registry: Registry;
let search: LiveSearch;

beforeAll(async () => {
  s3 = await startVersityGw({ buckets: ['registry'] });
  registry = await startRegistry({ s3, bucket: 'registry' });
  search = await startLiveSearch(createSearchTables());
  await until(() => search.isReady());
});

afterAll(async () => {
  await search?.stop();
  await registry?.stop();
  await s3?.stop();
});

/** What a client learns of where a path leads. */
async function ask(server: string, path: string, method = 'GET') {
  const { hostname, port } = new URL(server);
  const [response] = await once(request({ hostname, port, path, method }).end(), 'response');
  response.resume();
  const { location, 'docker-distribution-api-version': version } = response.headers;
  return { status: response.statusCode, location, version };
}

test.each([
  '/v2',
  '/v2/',
  '/v2?x=1',
  '/v2//',
  '//v2/',
  '//v2',
  '/v2/_catalog',
  '/v2/_catalog/',
  '/v2/_catalog/?n=2&last=a%2Fb',
  '/v2//_catalog',
  '/v2/_catalog//',
  '//v2//_catalog//',
  '/v2/./_catalog',
  '/v2/x/../_catalog',
  '/v2/../v2/_catalog',
  '/v2/_catalog%2f',
  '/v2/%5Fcatalog',
  '/v2//evil.example/',
  '/v2///evil.example',
  '/v2/%2f/evil.example',
  '/v2//\\evil.example',
  '/v2//a%3fb%23c',
  '/v2//a/manifests/sha256:a@b',
  '/v2/%5cevil.example',
  '/v2/nothing',
  '/v2/nothing/',
  '/v2/_catalog?n=0',
  '/v2/_catalog?n=',
  '/v2/_catalog?n=%2B5',
  '/v2/_catalog?n=007',
  '/v2/_catalog?n=-1',
  '/v2/_catalog?n=+5',
  '/v2/_catalog?n=1.5',
  '/v2/_catalog?n=x',
  '/v2/_catalog?last=&n=',
])('%s is answered as the registry answers it', async (path) => {
  const answer = await ask(registry.url, path);
  expect(await ask(search.url, path)).toEqual(answer);
  expect(answer.version).toBe('registry/2.0');
});

test.each(['/v2', '/v2//', '/v2/_catalog/', '/v2//_catalog?n=5'])('HEAD and POST of %s too', async (path) => {
  for (const method of ['HEAD', 'POST']) {
    expect(await ask(search.url, path, method)).toEqual(await ask(registry.url, path, method));
  }
});

test.each(['/v2/../../evil.example', '/v2/%2e%2e/evil.example', '/v1//search', '//evil.example/'])(
  'what the registry redirects out of /v2 leads nowhere here: %s',
  async (path) => {
    expect((await ask(registry.url, path)).status).toBe(301);
    expect(await ask(search.url, path)).toMatchObject({ status: 404, location: undefined });
  },
);
