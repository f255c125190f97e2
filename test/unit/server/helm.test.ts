import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { ChartVersion } from '../../../src/oci/chart-version.ts';
import type { Visibility } from '../../../src/search/api.ts';
import { OPEN_ACCESS } from '../../../src/server/access/access.ts';
import { chartRecord, chartTag } from '../../support/search/chart-records.ts';
import { searchRecord } from '../../support/search/search-records.ts';
import { type BenchOptions, createServerBench } from '../../support/search/search-server.ts';

const REGISTRY = { registryUrl: 'https://registry.example.com' };
const FULL: ChartVersion = {
  ...{
    name: 'shop',
    version: '1.2.3+build.5',
    apiVersion: 'v2',
    appVersion: '7',
    description: 'Sells "things" — and ☕',
  },
  ...{ type: 'application', kubeVersion: '>=1.25.0-0', icon: 'https://example.com/i.png', home: 'https://example.com' },
  ...{ deprecated: true, keywords: ['shop', 'web'], archive: `sha256:${'a'.repeat(64)}`, createdAtMs: 86_400_000 },
};

interface Version {
  readonly version: string;
  readonly urls: readonly string[];
  readonly [field: string]: unknown;
}

function serve(records: Parameters<typeof createServerBench>[0], options: BenchOptions = REGISTRY) {
  const { app, engine } = createServerBench(records, options);
  const get = async (url: string, headers: Readonly<Record<string, string>> = {}) => {
    const { statusCode: status, body, rawPayload, headers: answered } = await app.inject({ url, headers });
    return { status, body, rawPayload, headers: answered };
  };
  const entriesAt = async (url: string): Promise<Record<string, Version[]>> =>
    JSON.parse((await get(url)).body).entries;
  /** Keys with their versions. */
  const versionsAt = async (url: string) => {
    const entries = Object.entries(await entriesAt(url));
    return Object.fromEntries(entries.map(([key, all]) => [key, all.map(({ version }) => version)]));
  };
  const errorAt = async (url: string) => {
    const { status, body } = await get(url);
    return { status, code: JSON.parse(body).errors[0].code };
  };
  return { engine, get, entriesAt, versionsAt, errorAt };
}

/** So many that an answer is large enough to be compressed. */
const VERSIONS = Array.from({ length: 40 }, (_, at) => `1.0.${at}`);
const CHARTS = [
  chartRecord('charts/shop', ['1.9.0', '1.10.0', '2.0.0-rc.1', '1.10.0+b']),
  chartRecord('charts/old/vault', ['0.1.0-alpha', '0.2.0-beta']),
  chartRecord('team-a/charts/shop', ['9.0.0']),
  searchRecord('charts/an-image'),
];

describe('the index of all charts', () => {
  test('has each by the path of its repository, the highest version first, and nothing else', async () => {
    expect(await serve(CHARTS).versionsAt('/helm/index.yaml')).toEqual({
      'charts/old/vault': ['0.2.0-beta', '0.1.0-alpha'],
      'charts/shop': ['2.0.0-rc.1', '1.10.0+b', '1.10.0', '1.9.0'],
      'team-a/charts/shop': ['9.0.0'],
    });
  });

  test('says of a version what Chart.yaml says, where it is pulled from, and what its archive hashes to', async () => {
    const record = searchRecord('charts/shop', { tags: [chartTag(FULL, 172_800_000)] });
    const { get } = serve([record]);
    const { archive, createdAtMs, ...texts } = FULL;
    const { status, headers, body } = await get('/helm/index.yaml');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/yaml; charset=utf-8');
    const entry = {
      ...texts,
      urls: ['oci://registry.example.com/charts/shop:1.2.3+build.5'],
      created: '1970-01-02T00:00:00.000Z',
      digest: 'a'.repeat(64),
    };
    const generated = '1970-01-03T00:00:00.000Z';
    expect(JSON.parse(body)).toStrictEqual({ apiVersion: 'v1', entries: { 'charts/shop': [entry] }, generated });
  });

  test('leaves out what is not known, and takes the push for the time of a chart that says none', async () => {
    const record = searchRecord('shop', { tags: [chartTag({ name: 'shop', version: '1.0.0' }, 172_800_000)] });
    const { shop } = await serve([record]).entriesAt('/helm/index.yaml');
    const urls = ['oci://registry.example.com/shop:1.0.0'];
    expect(shop).toStrictEqual([{ name: 'shop', version: '1.0.0', urls, created: '1970-01-03T00:00:00.000Z' }]);
  });

  test.each<[string, Partial<ChartVersion>]>([
    ['a version that is no SemVer', { version: '1.2' }],
    ['a version of words', { version: 'latest' }],
    ['a name that no folder has', { name: '..' }],
    ['a name that is a path', { name: 'a/b' }],
    ['a type that Helm does not know', { type: 'operator' }],
  ])('has nothing with %s', async (_what, fields) => {
    const chart = { name: 'shop', version: '1.0.0', ...fields };
    const { get } = serve([searchRecord('charts/shop', { tags: [chartTag(chart)] })]);
    expect(JSON.parse((await get('/helm/index.yaml')).body)).toEqual({ apiVersion: 'v1', entries: {} });
  });

  test.each<[string, Partial<ChartVersion>, object]>([
    ['another algorithm', { archive: 'sha512:ab' }, { version: '1.2.3+build.5' }],
    ['a time beyond the years of Go', { createdAtMs: 8.64e15 }, { created: '9999-12-31T00:00:00.000Z' }],
    ['a name that objects have already', { name: '__proto__' }, { name: '__proto__' }],
  ])('takes %s', async (_what, fields, wanted) => {
    const { entriesAt } = serve([searchRecord('shop', { tags: [chartTag({ ...FULL, ...fields })] })]);
    expect((await entriesAt('/helm/index.yaml')).shop?.[0]).toMatchObject(wanted);
  });

  test('has the latest alone where that is asked for: a release, or else a pre-release', async () => {
    expect(await serve(CHARTS).versionsAt('/helm/index.yaml?versions=latest')).toEqual({
      'charts/old/vault': ['0.2.0-beta'],
      'charts/shop': ['1.10.0+b'],
      'team-a/charts/shop': ['9.0.0'],
    });
  });

  test('follows what is pushed and deleted', async () => {
    const { engine, versionsAt } = serve(CHARTS);
    engine.remove('charts/shop');
    engine.upsert(chartRecord('team-a/charts/shop', ['9.0.0', '9.1.0']));
    engine.upsert(searchRecord('charts/old/vault'));
    expect(await versionsAt('/helm/index.yaml')).toEqual({ 'team-a/charts/shop': ['9.1.0', '9.0.0'] });
  });
});

describe('the index of a namespace', () => {
  test('has the charts below it by their own names', async () => {
    const { versionsAt } = serve(CHARTS);
    const charts = { shop: ['2.0.0-rc.1', '1.10.0+b', '1.10.0', '1.9.0'], vault: ['0.2.0-beta', '0.1.0-alpha'] };
    expect(await versionsAt('/helm/charts/index.yaml')).toEqual(charts);
    expect(await versionsAt('/helm/team-a/charts/index.yaml')).toEqual({ shop: ['9.0.0'] });
    expect(await versionsAt('/helm/team-a/index.yaml?versions=latest')).toEqual({ shop: ['9.0.0'] });
  });

  test.each(['none', 'chart', 'charts/shop', 'charts/sho%70', 'CHARTS', 'index.yaml', '%F0%9F%90%B3'])(
    '%s, which has none, is an empty one',
    async (namespace) => {
      expect(await serve(CHARTS).versionsAt(`/helm/${namespace}/index.yaml`)).toEqual({});
    },
  );

  test.each([
    ['the repository that is called as the chart', ['x/aaa', 'x/deep/shop'], 'x/deep/shop'],
    ['of those the nearest', ['x/a/shop', 'x/shop'], 'x/shop'],
    ['of several that are called otherwise the nearest', ['x/a/one', 'x/two'], 'x/two'],
    ['of equals the first by name', ['x/b/shop', 'x/a/shop'], 'x/a/shop'],
  ])('takes a name for one repository: %s', async (_rule, names, wanted) => {
    const shop = (version: string) => [chartTag({ name: 'shop', version })];
    const records = names.map((name, at) => searchRecord(name, { tags: shop(`${at + 1}.0.0`) }));
    const { shop: found = [] } = await serve(records).entriesAt('/helm/x/index.yaml');
    expect(found.map(({ urls }) => urls[0]?.replace(/:[^:]+$/, ''))).toEqual([`oci://registry.example.com/${wanted}`]);
  });
});

describe('a Helm index', () => {
  test.each([
    ['https://registry.example.com/', 'oci://registry.example.com'],
    ['http://127.0.0.1:5000', 'oci://127.0.0.1:5000'],
    ['https://[::1]:5000', 'oci://[::1]:5000'],
    ['https://example.com:443/registry/', 'oci://example.com/registry'],
  ])('of registry %s has charts at %s, whatever the request calls us', async (registryUrl, start) => {
    const { get } = serve([chartRecord('charts/shop', ['1.0.0'])], { registryUrl });
    const { body } = await get('/helm/index.yaml', {
      host: 'evil.example.com',
      'x-forwarded-host': 'evil.example.com',
    });
    expect(JSON.parse(body).entries['charts/shop'][0].urls).toEqual([`${start}/charts/shop:1.0.0`]);
  });

  test('needs the address of the registry, and says so', async () => {
    const { get } = serve(CHARTS, {});
    const { status, body } = await get('/helm/index.yaml');
    expect(status).toBe(404);
    expect(body).toMatch(/REGISTRY_URL_UNKNOWN.*spec\.registry\.url, or --registry-url/);
  });

  test.each([
    ['/helm/index.yaml?versions=newest', 400, 'VERSIONS_INVALID'],
    ['/helm/index.yaml?versions=%ff', 400, 'ENCODING_INVALID'],
    ['/helm/', 404, 'NOT_FOUND'],
    ['/helm', 404, 'NOT_FOUND'],
    ['/helm/charts', 404, 'NOT_FOUND'],
    ['/helm//index.yaml', 404, 'NOT_FOUND'],
    ['/helm/charts//index.yaml', 404, 'NOT_FOUND'],
    ['/helm/charts/index.yaml/', 404, 'NOT_FOUND'],
    ['/helm/index.yml', 404, 'NOT_FOUND'],
  ])('is not at %s', async (url, status, code) => {
    expect(await serve(CHARTS).errorAt(url)).toEqual({ status, code });
  });

  test('of more versions than Helm can read is refused, and its parts are not', async () => {
    const versions = Array.from({ length: 10_001 }, (_, at) => `1.0.${at}`);
    const { errorAt, versionsAt, entriesAt } = serve([chartRecord('a/x', versions), chartRecord('b/y', versions)]);
    expect(await errorAt('/helm/index.yaml')).toEqual({ status: 400, code: 'HELM_INDEX_TOO_LARGE' });
    expect((await entriesAt('/helm/a/index.yaml')).x).toHaveLength(10_001);
    expect(await versionsAt('/helm/index.yaml?versions=latest')).toEqual({
      'a/x': ['1.0.10000'],
      'b/y': ['1.0.10000'],
    });
  });

  test.each([
    ['br', 'br', brotliDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
    ['gzip;q=0', undefined, (bytes: Buffer) => bytes],
    ['identity', undefined, (bytes: Buffer) => bytes],
  ])('is compressed for those who take %s, and is the same', async (accepted, encoding, unpack) => {
    const { get } = serve([chartRecord('charts/shop', VERSIONS)]);
    const plain = await get('/helm/index.yaml');
    for (let asked = 0; asked < 3; asked += 1) {
      const { headers, rawPayload } = await get('/helm/index.yaml', { 'accept-encoding': accepted });
      expect(headers['content-encoding']).toBe(encoding);
      expect(headers.vary).toBe('Accept-Encoding');
      expect(headers.etag).toBe(plain.headers.etag);
      expect(unpack(rawPayload).toString()).toBe(plain.body);
    }
  });

  test('that the client has already is not sent again, until something changes', async () => {
    let nowMs = 0;
    const { engine, get } = serve(CHARTS, { ...REGISTRY, now: () => nowMs });
    const { headers } = await get('/helm/index.yaml');
    const etag = String(headers.etag);
    for (const known of [etag, etag.replace('W/', ''), `"x", ${etag}`, '*']) {
      const { status, body } = await get('/helm/index.yaml', { 'if-none-match': known });
      expect({ known, status, body }).toEqual({ known, status: 304, body: '' });
    }
    expect((await get('/helm/index.yaml', { 'if-none-match': '"x"' })).status).toBe(200);
    engine.upsert(chartRecord('charts/new', ['1.0.0']));
    nowMs = 5_000;
    expect((await get('/helm/index.yaml', { 'if-none-match': etag })).status).toBe(200);
  });

  test('has what the caller may see: the same as an index that has nothing else', async () => {
    const visibility: Visibility = [{ names: ['team-a/**'], showPrivate: false }];
    const access = { ...OPEN_ACCESS, isPrivate: true, viewOf: () => ({ key: 'a', visibility }) };
    const hidden = chartRecord('team-a/secret', ['1.0.0'], { isPrivate: true });
    const some = serve([...CHARTS, hidden], { ...REGISTRY, access });
    const alone = serve([chartRecord('team-a/charts/shop', ['9.0.0'])], { ...REGISTRY, access });
    for (const url of ['/helm/index.yaml', '/helm/charts/index.yaml', '/helm/team-a/index.yaml?versions=latest']) {
      const [seen, wanted] = [await some.get(url), await alone.get(url)];
      expect({ url, body: seen.body, etag: seen.headers.etag }).toEqual({
        url,
        body: wanted.body,
        etag: wanted.headers.etag,
      });
      expect(seen.headers['cache-control']).toBe('private, no-cache');
      expect(seen.headers.vary).toBe('Authorization, Accept-Encoding');
    }
  });
});
