import { describe, expect, test } from '@jest/globals';
import type { StoredRecord } from '../../../src/index/record.ts';
import { rereadRepository } from '../../../src/indexer/reread.ts';
import { createRegistryFixture, indexerOn } from '../support/registry-fixture.ts';

const { signal } = new AbortController();
const LATER = Number.MAX_SAFE_INTEGER;

function registryWith(...tags: string[]) {
  const fixture = createRegistryFixture();
  const content = fixture.image({});
  const push = (...names: string[]) =>
    fixture.write({ name: 'app', tags: names.map((name) => ({ name, content, pushedAtMs: 5 })) });
  push(...tags);
  const deps = indexerOn(fixture.objects);
  const reread = (triggeredAtMs = LATER) => rereadRepository(deps, { name: 'app', triggeredAtMs }, signal);
  const stored = () => deps.records.stored.get('app');
  return { fixture, deps, push, reread, stored, storedTags: () => stored()?.record.tags.map(({ name }) => name) };
}

describe('re-reading a repository', () => {
  test('writes what the bucket says, and nothing when that has not changed', async () => {
    const { push, reread, stored, storedTags } = registryWith('a');
    expect(await reread()).toMatchObject({ result: 'written', record: { name: 'app' }, faults: [] });
    expect(await reread()).toMatchObject({ result: 'current' });
    expect(stored()?.revision).toBe(1);
    push('a', 'b');
    expect(await reread()).toMatchObject({ result: 'written' });
    expect(storedTags()).toEqual(['a', 'b']);
    expect(stored()?.revision).toBe(2);
  });

  test('turns one that is gone into a tombstone, once, and revives it when it is pushed again', async () => {
    const { fixture, push, reread, stored, storedTags } = registryWith('a');
    await reread();
    fixture.remove('app');
    expect(await reread()).toMatchObject({ result: 'gone', record: undefined });
    expect(stored()).toMatchObject({ deleted: true, revision: 2 });
    expect(await reread()).toMatchObject({ result: 'gone' });
    expect(stored()?.revision).toBe(2);
    push('b');
    expect(await reread()).toMatchObject({ result: 'written' });
    expect(stored()).toMatchObject({ deleted: false, revision: 3 });
    expect(storedTags()).toEqual(['b']);
  });

  test('writes nothing of a repository that never was', async () => {
    const { reread, stored } = registryWith();
    expect(await reread()).toMatchObject({ result: 'gone' });
    expect(stored()).toBeUndefined();
  });

  test('lists nothing when the stored listing began after the trigger', async () => {
    const { push, reread, storedTags } = registryWith('a');
    await reread();
    push('b');
    expect(await reread(0)).toMatchObject({ result: 'current' });
    expect(storedTags()).toEqual(['a']);
  });

  test('replaces a record of an earlier filling, and leaves one of a later filling alone', async () => {
    const { deps, reread, stored } = registryWith('a');
    await rereadRepository({ ...deps, epoch: 2 }, { name: 'app', triggeredAtMs: LATER }, signal);
    expect(await reread()).toMatchObject({ result: 'superseded' });
    expect(stored()).toMatchObject({ epoch: 2, revision: 1 });
    await rereadRepository({ ...deps, epoch: 3 }, { name: 'app', triggeredAtMs: 0 }, signal);
    expect(stored()).toMatchObject({ epoch: 3, revision: 1 });
  });
});

describe('re-reading against other writers', () => {
  /** Another writer that writes `times` times, just before we do, from listings begun at `listedAtMs`. */
  function rival({ deps }: ReturnType<typeof registryWith>, times: number, listedAtMs: number) {
    let left = times;
    deps.records.beforeWrite((name) => {
      if (left === 0) return;
      left -= 1;
      const seen = deps.records.stored.get(name);
      const base: StoredRecord = {
        record: {
          name,
          title: 'rival',
          summary: undefined,
          labels: {},
          isPrivate: false,
          platforms: [],
          types: [],
          referrers: [],
          tags: [],
          pushedAtMs: 0,
          createdAtMs: undefined,
        },
        epoch: 1,
        fingerprint: 'rival',
        listedAtMs,
        revision: (seen?.revision ?? 0) + 1,
        changedAtMs: 0,
        deleted: false,
      };
      deps.records.stored.set(name, base);
    });
  }

  test('leaves the winner’s record when its listing began after the trigger', async () => {
    const registry = registryWith('a');
    rival(registry, 1, 100);
    expect(await registry.reread(50)).toMatchObject({ result: 'current' });
    expect(registry.stored()?.record.title).toBe('rival');
  });

  test('tries again when the winner’s listing is older than the trigger', async () => {
    const registry = registryWith('a');
    rival(registry, 3, 10);
    expect(await registry.reread(50)).toMatchObject({ result: 'written' });
    expect(registry.storedTags()).toEqual(['a']);
  });

  test('gives up after five times', async () => {
    const registry = registryWith('a');
    rival(registry, 5, 10);
    expect(await registry.reread(50)).toMatchObject({ result: 'contended' });
    expect(registry.stored()?.record.title).toBe('rival');
  });

  test('never lets a listing that began before a change overwrite what was written after it', async () => {
    const registry = registryWith('a');
    await registry.reread();
    registry.push('a', 'old');
    let raced = false;
    registry.deps.records.beforeWrite(() => {
      if (raced) return;
      raced = true;
      registry.push('a', 'new');
      const seen = registry.stored();
      if (seen) registry.deps.records.stored.set('app', { ...seen, revision: seen.revision + 1, fingerprint: 'other' });
    });
    await registry.reread();
    expect(registry.storedTags()).toEqual(['a', 'new']);
  });
});
