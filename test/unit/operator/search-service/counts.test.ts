import { beforeEach, expect, test } from '@jest/globals';
import type { RegistryIndexStatus } from '../../../../src/api/generated.ts';
import { settingsOf } from '../../../../src/api/settings.ts';
import { askCounts } from '../../../../src/operator/search-service/counts.ts';
import type { SearchCounts } from '../../../../src/operator/search-service/probe.ts';
import { noPodSecrets, operatorDeps, services } from '../support/operator-deps.ts';
import { NOW_MS, registryIndex } from '../support/resources.ts';

let nowMs: number;
let asked: string[];
let answer: SearchCounts | undefined;
let deps: ReturnType<typeof operatorDeps>;

beforeEach(() => {
  nowMs = NOW_MS;
  asked = [];
  answer = { repositories: 7, tags: 20 };
  deps = operatorDeps({
    now: () => new Date(nowMs),
    probe: async (url) => {
      asked.push(url);
      return answer;
    },
  });
});

const complete: RegistryIndexStatus = {
  backfill: { percent: 100, completedAt: new Date(NOW_MS - 1_000).toISOString() },
};

function ask(status: RegistryIndexStatus, clusterIP = '10.96.0.7') {
  const index = registryIndex({ status });
  const settings = settingsOf(index.spec);
  const pass = { deps, index, settings, services: services(), podSecrets: noPodSecrets, signal: AbortSignal.any([]) };
  const metadata = { namespace: 'team', name: 'images-search' };
  return askCounts(pass, { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP } });
}

test('search is asked at its own address, and not again within a minute', async () => {
  expect(await ask(complete)).toEqual({ repositories: 7, tags: 20 });
  answer = { repositories: 8, tags: 21 };
  nowMs += 59_000;
  expect(await ask(complete)).toEqual({ repositories: 7, tags: 20 });
  nowMs += 1_000;
  expect(await ask(complete)).toEqual({ repositories: 8, tags: 21 });
  expect(asked).toEqual(['http://10.96.0.7:8080', 'http://10.96.0.7:8080']);
});

test('one that does not answer is left in peace for a minute too', async () => {
  answer = undefined;
  expect(await ask(complete)).toBeUndefined();
  expect(await ask(complete)).toBeUndefined();
  expect(asked).toHaveLength(1);
});

test('what it said before a later backfill was complete does not count', async () => {
  await ask(complete);
  nowMs += 10_000;
  await ask({ backfill: { percent: 100, completedAt: new Date(nowMs - 1_000).toISOString() } });
  expect(asked).toHaveLength(2);
});

test('it is not asked during a backfill, which tells better itself', async () => {
  expect(await ask({ backfill: { percent: 40 } })).toBeUndefined();
  expect(asked).toEqual([]);
});

test('an address of IPv6 is written as URLs want it', async () => {
  await ask(complete, 'fd00::7');
  expect(asked).toEqual(['http://[fd00::7]:8080']);
});

test('a Service without an address is not asked', async () => {
  expect(await ask(complete, 'None')).toBeUndefined();
  expect(asked).toEqual([]);
});
