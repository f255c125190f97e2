import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RegistryIndexSpec } from '../../../../src/api/generated.ts';
import { settingsOf } from '../../../../src/api/settings.ts';
import { type SearchReport, servesEpoch } from '../../../../src/client/search-status.ts';
import type { OwnershipRecord } from '../../../../src/dynamodb/state/ownership.ts';
import type { KubeObject } from '../../../../src/kube/resource.ts';
import { ensureSearch, fetchSearchReport } from '../../../../src/operator/search-service/ensure-search.ts';
import { searchPodsService } from '../../../../src/operator/search-service/manifests.ts';
import { ownershipRecordOf } from '../../../support/index/index-records.ts';
import { cacheOf, kubeClient, noPodSecrets, operatorDeps, services } from '../../../support/operator/operator-deps.ts';
import { NOW_MS, registryIndex } from '../../../support/operator/resources.ts';

let nowMs: number;
let asked: string[];
let answer: SearchReport | undefined;
let deps: ReturnType<typeof operatorDeps>;

beforeEach(() => {
  nowMs = NOW_MS;
  asked = [];
  answer = { repositories: 7, tags: 20, epoch: 1, incomplete: false };
  deps = operatorDeps({
    now: () => new Date(nowMs),
    probe: async ({ url }) => {
      asked.push(url);
      return answer;
    },
  });
});

const filled: OwnershipRecord = { ...ownershipRecordOf(1), complete: true, completedAtMs: NOW_MS - 1_000 };

function ask(ownership = filled, clusterIP = '10.96.0.7') {
  const index = registryIndex({});
  const settings = settingsOf(index.spec);
  const context = {
    deps,
    index,
    settings,
    services: services(),
    podSecrets: noPodSecrets,
    signal: AbortSignal.any([]),
  };
  const metadata = { namespace: 'team', name: 'images-search' };
  return fetchSearchReport(context, { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP } }, ownership);
}

describe('a search service', () => {
  test('is asked at its cluster IP, and not again within a minute', async () => {
    expect(await ask()).toMatchObject({ repositories: 7 });
    answer = { repositories: 8, tags: 21, epoch: 1, incomplete: false };
    nowMs += 59_000;
    expect(await ask()).toMatchObject({ repositories: 7 });
    nowMs += 1_000;
    expect(await ask()).toMatchObject({ repositories: 8 });
    expect(asked).toEqual(['http://10.96.0.7:8080', 'http://10.96.0.7:8080']);
  });

  test('is asked again and again until it has loaded the whole epoch', async () => {
    answer = { repositories: 3, tags: 9, epoch: 1, incomplete: true };
    expect(servesEpoch(await ask(), filled)).toBe(false);
    answer = { repositories: 7, tags: 20, epoch: 1, incomplete: false };
    expect(servesEpoch(await ask(), filled)).toBe(true);
    expect(asked).toHaveLength(2);
  });

  test('that answers from the epoch before has not loaded this one', async () => {
    const next = { ...filled, epoch: 2 };
    expect(servesEpoch(await ask(next), next)).toBe(false);
  });

  test('that does not answer is not asked again for a minute either, and gets the benefit of the doubt', async () => {
    answer = undefined;
    expect(await ask()).toBeUndefined();
    expect(servesEpoch(await ask(), filled)).toBe(true);
    expect(asked).toHaveLength(1);
  });

  test('is asked again after a later epoch is complete', async () => {
    await ask();
    nowMs += 10_000;
    await ask({ ...filled, completedAtMs: nowMs - 1_000 });
    expect(asked).toHaveLength(2);
  });

  test('at an IPv6 address is asked by a valid URL', async () => {
    await ask(filled, 'fd00::7');
    expect(asked).toEqual(['http://[fd00::7]:8080']);
  });

  test('without an address is not asked', async () => {
    expect(await ask(filled, 'None')).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe('the Service by which search pods are nudged', () => {
  const notifications = { tokenSecretRef: { name: 'token', key: 'token' } };
  const own = searchPodsService(registryIndex());
  const theirs = { ...own, metadata: { ...own.metadata, ownerReferences: [] } };

  /** What is made and what is removed. */
  async function ensure(spec: Partial<RegistryIndexSpec>, live: readonly KubeObject[]) {
    const index = registryIndex({ spec });
    const applied: string[] = [];
    const removed: string[] = [];
    const client = kubeClient({
      get: async () => undefined,
      apply: async (_type, object) => {
        applied.push(`${object.kind} ${object.metadata.name}`);
        return object;
      },
      remove: async ({ kind }, { name }) => void removed.push(`${kind} ${name}`),
    });
    const caches = { ...operatorDeps().caches, services: cacheOf(live) };
    const settings = settingsOf(index.spec);
    const context = { deps: operatorDeps({ client, caches }), index, settings, services: services() };
    await ensureSearch({ ...context, podSecrets: noPodSecrets, signal: AbortSignal.any([]) }, undefined);
    return { applied, removed };
  }

  test('is made where there is an indexer', async () => {
    const { applied, removed } = await ensure({ notifications }, []);
    expect(applied).toContain('Service images-search-pods');
    expect(removed).toEqual([]);
  });

  test('goes with the indexer, unless it is of somebody else', async () => {
    expect(await ensure({}, [own])).toMatchObject({ removed: ['Service images-search-pods'] });
    expect(await ensure({}, [theirs])).toMatchObject({ removed: [] });
    expect((await ensure({}, [])).applied).not.toContain('Service images-search-pods');
  });
});
