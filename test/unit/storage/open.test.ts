import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { LayoutName, Source } from '../../../src/api/settings.ts';
import { openLayout, openStorage } from '../../../src/storage/open.ts';
import { collect } from '../support/collect.ts';
import { createMemoryStorage } from '../support/memory-storage.ts';
import { layOut } from '../support/registry-model.ts';

const { signal } = new AbortController();
const sourceOf = (layout: LayoutName, path = '/nowhere'): Source => ({
  kind: 'directory',
  path,
  rootDirectory: 'root',
  layout,
});

describe('a layout', () => {
  const registry = [{ name: 'app', tags: [{ name: 'latest', content: 'x', pushedAtMs: 1 }] }];

  test.each(['Auto', 'V2'] as const)('%s is that of distribution v2, under the root directory', async (name) => {
    const storage = createMemoryStorage(layOut(registry, 'root'));
    const layout = openLayout({ storage, source: sourceOf(name), now: () => 1 });
    expect(await collect(layout.listNames(signal))).toEqual(['app']);
  });

  test('V1 is refused with the setting to mend', () => {
    const open = () => openLayout({ storage: createMemoryStorage(new Map()), source: sourceOf('V1'), now: () => 1 });
    expect(open).toThrow('storage.layout V1 cannot be read');
    expect(open).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ kind: 'terminal', reason: 'UnsupportedLayout' }) }),
    );
  });
});

test('a source that is a folder is read as one', async () => {
  const path = await mkdtemp(join(tmpdir(), 'open-'));
  const storage = openStorage(sourceOf('Auto', path), undefined);
  expect(await storage.list({ prefix: '' }, signal)).toMatchObject({ objects: [] });
  await rm(path, { recursive: true });
});
