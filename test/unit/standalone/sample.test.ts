import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import { createArtefactReader } from '../../../src/indexer/artefacts/reader.ts';
import { buildRecord } from '../../../src/indexer/repository/build.ts';
import { NOTHING_KNOWN } from '../../../src/indexer/repository/known.ts';
import { layOutSample } from '../../../src/standalone/sample/lay-out.ts';
import { createDirectoryStorage } from '../../../src/storage/drivers/directory-storage.ts';
import { createV2Layout } from '../../../src/storage/v2/layout.ts';

const { signal } = new AbortController();
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** What indexing a folder gives, by name. */
async function recordsOf(path: string): Promise<Map<string, RepositoryRecord>> {
  const layout = createV2Layout({ storage: createDirectoryStorage({ path }), rootDirectory: '', now: () => 1 });
  const artefacts = createArtefactReader(layout);
  const records = new Map<string, RepositoryRecord>();
  for await (const item of layout.walk({ from: undefined, to: undefined }, signal)) {
    if (item.kind === 'fault') throw new Error(item.fault.reason);
    const { record, faults } = await buildRecord(artefacts, { listing: item.listing, known: NOTHING_KNOWN }, signal);
    expect([...item.listing.faults, ...faults]).toEqual([]);
    records.set(record.name, record);
  }
  return records;
}

describe('the sample registry', () => {
  test('is read without a fault as some forty repositories of many kinds', async () => {
    const records = await recordsOf(await layOutSample(join(folder, 'sample')));
    expect(records.size).toBeGreaterThanOrEqual(38);
    expect(records.get('payments/api')).toMatchObject({
      title: 'api',
      summary: 'Takes card and bank payments',
      labels: { team: 'payments', 'org.opencontainers.image.version': '2.0.0' },
      platforms: ['linux/amd64', 'linux/arm64'],
      referrers: ['signature'],
    });
    expect(records.get('payments/api')?.tags.map(({ name }) => name)).toEqual(['1.0.0', '1.1.0', '2.0.0', 'latest']);
    expect(records.get('charts/shop')).toMatchObject({ title: 'shop', types: ['helm'] });
    expect(records.get('policies/admission')?.types).toEqual(['application/vnd.example.policy.v1+rego']);
    expect(records.get('ci/windows-runner')?.platforms).toEqual(['windows/amd64']);
    expect(new Set([...records.values()].map(({ pushedAtMs }) => pushedAtMs)).size).toBeGreaterThan(20);
  });

  test('is the same in every folder', async () => {
    const first = await recordsOf(await layOutSample(join(folder, 'first')));
    expect(await recordsOf(await layOutSample(join(folder, 'second')))).toEqual(first);
  });

  test('is not written again', async () => {
    const path = await layOutSample(join(folder, 'sample'));
    await writeFile(join(path, 'mine'), 'kept');
    await layOutSample(path);
    expect(await readFile(join(path, 'mine'), 'utf8')).toBe('kept');
  });
});
