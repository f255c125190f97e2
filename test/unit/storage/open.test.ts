import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { LayoutName, Source } from '../../../src/api/settings.ts';
import { openLayout, openStorage } from '../../../src/storage/open.ts';
import { collect } from '../../support/collect.ts';
import { createMemoryStorage } from '../../support/registry/memory-storage.ts';
import { layOut, type Objects } from '../../support/registry/registry-model.ts';
import { layOutV1 } from '../../support/registry/v1-model.ts';

const { signal } = new AbortController();
const sourceOf = (layout: LayoutName, path = '/nowhere'): Source => ({
  kind: 'directory',
  path,
  rootDirectory: 'root',
  layout,
});

const tags = [{ name: 'latest', content: 'x', pushedAtMs: 1_000 }];
const openOn = (objects: Objects, source: Source) =>
  openLayout({ storage: createMemoryStorage(objects), source, now: () => 1 });
const namesBy = (objects: Objects, source: Source) => collect(openOn(objects, source).listNames(signal));

describe('a layout', () => {
  const v2 = layOut([{ name: 'app', tags }], 'root');
  const v1 = layOutV1([{ name: 'team/old', tags }], 'root');
  const both = new Map([...v2, ...v1]);

  test.each([
    ['V2', both, ['app']],
    ['V1', both, ['team/old']],
    ['Auto', v2, ['app']],
    ['Auto', v1, ['team/old']],
    ['Auto', both, ['app', 'team/old']],
    ['Auto', new Map(), []],
  ] as const)('%s is read under the root directory', async (layout, objects, names) => {
    expect(await namesBy(new Map(objects), sourceOf(layout))).toEqual(names);
  });

  test.each(['V1', 'Auto'] as const)(
    '%s looks for docker-registry at its default path and in the whole bucket',
    async (layout) => {
      const source = { ...sourceOf(layout), rootDirectory: '' };
      expect(await namesBy(layOutV1([{ name: 'team/old', tags }], 'registry'), source)).toEqual(['team/old']);
      expect(await namesBy(layOutV1([{ name: 'team/old', tags }], ''), source)).toEqual(['team/old']);
      expect(await namesBy(v1, source)).toEqual([]);
    },
  );

  test.each(['V1', 'Auto'] as const)('%s gives no repository without a tag', async (layout) => {
    const objects = layOutV1([{ name: 'team/old', tags: [], isPrivate: true }], 'root');
    const walk = openOn(objects, sourceOf(layout)).walk({ from: undefined, to: undefined }, signal);
    expect(await collect(walk)).toEqual([]);
  });
});

test('a source that is a folder is read as one', async () => {
  const path = await mkdtemp(join(tmpdir(), 'open-'));
  const storage = openStorage(sourceOf('Auto', path), undefined);
  expect(await storage.list({ prefix: '' }, signal)).toMatchObject({ objects: [] });
  await rm(path, { recursive: true });
});
