import { expect, test } from '@jest/globals';
import { createArtefactReader } from '../../../../src/indexer/artefacts/reader.ts';
import { refreshRepository } from '../../../../src/indexer/repository/refresh.ts';
import { createV1Layout } from '../../../../src/storage/v1/layout.ts';
import { createMemoryRecords } from '../../../support/index/memory-index.ts';
import { createMemoryStorage } from '../../../support/registry/memory-storage.ts';
import { type Objects, put } from '../../../support/registry/registry-model.ts';
import { imageOf, LAST_UPDATE_MS, layOutV1, putImage } from '../../../support/registry/v1-model.ts';

const { signal } = new AbortController();

function indexerOn(objects: Objects) {
  const layout = createV1Layout({ storage: createMemoryStorage(objects), root: 'registry', now: () => 1 });
  const records = createMemoryRecords();
  return { layout, artefacts: createArtefactReader(layout), records, epoch: 1, random: () => 0 };
}

const repository = {
  name: 'team/web',
  isPrivate: true,
  tags: [{ name: 'latest', content: 'web', pushedAtMs: 5_000 }],
};

test('a repository of docker-registry is indexed as an image, with the labels of its image JSON', async () => {
  const objects = layOutV1([repository]);
  const Labels = { 'org.opencontainers.image.title': 'Web', tier: 'front' };
  putImage(objects, 'web', { os: 'linux', architecture: 'amd64', created: '2014-11-01T10:00:00Z', config: { Labels } });
  const { record, faults } = await refreshRepository(indexerOn(objects), 'team/web', signal);
  expect(faults).toEqual([]);
  expect(record).toMatchObject({
    name: 'team/web',
    isPrivate: true,
    title: 'Web',
    types: ['image'],
    platforms: ['linux/amd64'],
    labels: { tier: 'front' },
    createdAtMs: Date.UTC(2014, 10, 1, 10),
    pushedAtMs: LAST_UPDATE_MS + 5_000,
    tags: [{ name: 'latest', digest: `v1:${imageOf('web')}` }],
  });
});

test('one whose image is still being uploaded is indexed by its name and tags, and read again the next time', async () => {
  const objects = layOutV1([repository]);
  const id = putImage(objects, 'web', { os: 'linux', architecture: 'amd64' });
  put(objects, `registry/images/${id}/_inprogress`, 'true');
  const indexer = indexerOn(objects);
  const first = await refreshRepository(indexer, 'team/web', signal);
  expect(first.record).toMatchObject({ tags: [{ name: 'latest' }], platforms: [] });
  expect(first.faults).toMatchObject([
    { kind: 'Unfinished', key: `team/web@v1:${id}`, reason: 'the manifest cannot be read: its upload is not finished' },
  ]);
  objects.delete(`registry/images/${id}/_inprogress`);
  expect((await refreshRepository(indexer, 'team/web', signal)).record).toMatchObject({ platforms: ['linux/amd64'] });
});
