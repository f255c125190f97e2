import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sourceIdentity } from '../../../src/api/settings.ts';
import { runWorker } from '../../../src/indexer/backfill/worker.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { type Dockerd, startDockerd } from '../../env/dockerd.ts';
import { type LegacyRegistry, startLegacyRegistry } from '../../env/legacy-registry.ts';
import { makePrivate, pushV1 } from '../../env/push-v1.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { eventually, until } from '../../support/eventually.ts';
import { type LiveIndex, startLiveIndex } from '../../support/index/live-index.ts';
import { type LiveSearch, startLiveSearch } from '../../support/search/live-search.ts';
import { type Condition, type Unsteady, unsteady } from '../../support/unsteady.ts';

const BUCKET = 'legacy';
const SEARCH_BACKEND = join(import.meta.dirname, '..', '..', '..', 'search_backend');

let s3: S3Server;
let live: LiveIndex;
let search: LiveSearch;
let service: Unsteady;
let registry: LegacyRegistry;
let dockerd: Dockerd;
let proxyImage: string;

beforeAll(async () => {
  s3 = await startVersityGw({ buckets: [BUCKET] });
  live = await startLiveIndex();
  await live.makeTables();
  search = await startLiveSearch(live.index);
  service = await unsteady(search.url);
  registry = await startLegacyRegistry({
    s3,
    bucket: BUCKET,
    searchBackend: 'docker_registry_index.dynamodb',
    pythonPath: SEARCH_BACKEND,
    env: { REGISTRY_INDEX_URL: service.endpoint },
  });
  await pushV1(registry.url, {
    repository: 'team/web',
    tag: 'latest',
    labels: { 'org.opencontainers.image.description': 'Shows the shop' },
  });
  proxyImage = await pushV1(registry.url, { repository: 'team/proxy', tag: '1.0' });
  await pushV1(registry.url, { repository: 'team/secret', tag: 'latest' });
  await makePrivate(registry.url, 'team/secret');
  await pushV1(registry.url, { repository: 'hello', tag: 'latest' });
  await pushV1(registry.url, { repository: 'deep/er/name', tag: 'latest' });
  await fill();
  dockerd = await startDockerd();
});

afterAll(async () => {
  await dockerd?.stop();
  await registry?.stop();
  await service?.stop();
  await search?.stop();
  await live?.stop();
  await s3?.stop();
});

/** Fills the tables from the bucket that the registry has written. */
async function fill(): Promise<void> {
  const source = {
    kind: 's3',
    bucket: BUCKET,
    region: s3.region,
    endpoint: s3.endpoint,
    forcePathStyle: true,
    rootDirectory: '',
    layout: 'Auto',
  } as const;
  await live.mark({ complete: false, source: sourceIdentity(source) });
  const state = await live.index.ownership.read(AbortSignal.timeout(60_000));
  if (state.kind !== 'ours') throw new Error(state.kind);
  const worker = { index: 0, count: 1 };
  const common = { worker, concurrency: 8, writeUnits: undefined, log: createLogger({ level: 'silent' }) };
  const options = { ...common, index: live.index, source, credentials: s3, ownership: state.ownership };
  const { outcome, report } = await runWorker(options, AbortSignal.timeout(240_000));
  expect({ outcome, errors: report.errorCount, repositories: report.repositories }).toEqual({
    outcome: 'complete',
    errors: 0,
    // Five were pushed, of which one is private and in no figure.
    repositories: 4,
  });
  await live.mark({ complete: true });
  await until(() => search.isReady());
}

async function searchByRegistry(term: string): Promise<{ name: string; description: string }[]> {
  const url = `${registry.url}/v1/search?q=${encodeURIComponent(term)}`;
  const response = await fetch(url, { headers: { connection: 'close' } });
  expect(response.status).toBe(200);
  const { results }: { results: { name: string; description: string }[] } = JSON.parse(await response.text());
  return results;
}

const namesBy = async (term: string) => (await searchByRegistry(term)).map(({ name }) => name).sort();

/** On a busy machine a search may take longer than the second it is given; then it finds nothing. */
const untilFound = (term: string, names: readonly string[]) =>
  eventually(async () => expect(await namesBy(term)).toEqual(names));

describe('docker-registry 0.9.1', () => {
  test('finds what is in its bucket, private repositories excepted', async () => {
    await untilFound('', ['deep/er/name', 'library/hello', 'team/proxy', 'team/web']);
    await untilFound('team', ['team/proxy', 'team/web']);
    await untilFound('secret', []);
    await untilFound(`digest:v1:${proxyImage}`, ['team/proxy']);
    expect(
      await eventually(async () => {
        const found = await searchByRegistry('shop');
        expect(found).not.toEqual([]);
        return found;
      }),
    ).toEqual([{ name: 'team/web', description: 'Shows the shop' }]);
  });

  test('answers docker search', async () => {
    const host = new URL(registry.url).host;
    const output = await eventually(async () => {
      const said = await dockerd.dockerSearch(`${host}/team`, ['--no-trunc']);
      expect(said).toContain('team/');
      return said;
    });
    const rows = output.trimEnd().split('\n').slice(1);
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 2)).sort()).toEqual([
      ['team/proxy', expect.anything()],
      ['team/web', 'Shows the shop'],
    ]);
  });

  test.each<Condition>(['down', 'hanging', 'garbage'])(
    'takes pushes and searches while the service is %s',
    async (condition) => {
      await service.become(condition);
      await pushV1(registry.url, { repository: `while/${condition}`, tag: 'latest' });
      expect(await namesBy('team')).toEqual([]);
      await service.become('up');
      await untilFound('team', ['team/proxy', 'team/web']);
    },
  );
});
