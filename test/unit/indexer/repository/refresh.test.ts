import { describe, expect, test } from '@jest/globals';
import type { StoredRecord } from '../../../../src/dynamodb/records/record.ts';
import { indexListing } from '../../../../src/indexer/backfill/first-pass.ts';
import { refreshRepository } from '../../../../src/indexer/repository/refresh.ts';
import { createRegistryFixture, indexerOn } from '../../../support/registry/registry-fixture.ts';
import { digestOf } from '../../../support/registry/registry-model.ts';

const { signal } = new AbortController();

function registryWith(...tags: string[]) {
  const fixture = createRegistryFixture();
  const content = fixture.image({});
  const push = (...names: string[]) =>
    fixture.write({ name: 'app', tags: names.map((name) => ({ name, content, pushedAtMs: 5 })) });
  push(...tags);
  const deps = indexerOn(fixture.objects);
  const reread = () => refreshRepository(deps, 'app', signal);
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

  test('keeps one that is gone where too many have been removed lately, and asks for nothing else', async () => {
    const { fixture, deps, push, reread, stored, storedTags } = registryWith('a');
    let asked = 0;
    const mayRemove = async () => {
      asked += 1;
      return false;
    };
    const refresh = () => refreshRepository({ ...deps, mayRemove }, 'app', signal);
    await refresh();
    push('a', 'b');
    await refresh();
    fixture.remove('app');
    expect(asked).toBe(0);
    expect(await refresh()).toMatchObject({ result: 'withheld' });
    expect([asked, stored()?.deleted]).toEqual([1, false]);
    expect(storedTags()).toEqual(['a', 'b']);
    await reread();
    expect(await refresh()).toMatchObject({ result: 'gone' });
    expect(asked).toBe(1);
  });

  test('leaves a tombstone of one that is not there, once, for somebody may have read it before it went', async () => {
    const { reread, stored } = registryWith();
    expect(await reread()).toMatchObject({ result: 'gone' });
    expect(await reread()).toMatchObject({ result: 'gone' });
    expect(stored()).toMatchObject({ deleted: true, revision: 1 });
  });

  test('lists it also where the stored listing seems to be of later: its writer may have had another clock', async () => {
    const { deps, push, reread, stored, storedTags } = registryWith('a');
    await reread();
    const record = stored();
    if (record) deps.records.stored.set('app', { ...record, listedAtMs: Number.MAX_SAFE_INTEGER });
    push('b');
    expect(await reread()).toMatchObject({ result: 'written' });
    expect(storedTags()).toEqual(['b']);
  });

  test('completes a first record that another listing has written', async () => {
    const { fixture, deps } = registryWith();
    const contents = ['one', 'two'].map((text) => fixture.image({ text }));
    const tags = contents.map((content, at) => ({ name: `v${at}`, content, pushedAtMs: at + 1 }));
    fixture.write({ name: 'app', tags });
    const listing = await deps.layout.listRepository('app', signal);
    expect(await indexListing(deps, listing, signal)).toMatchObject({ result: 'written', isUnfinished: true });
    const older = { ...listing, listedAtMs: listing.listedAtMs - 1 };
    expect(await indexListing(deps, older, signal)).toMatchObject({ result: 'written' });
    expect(await indexListing(deps, older, signal)).toMatchObject({ result: 'current', isUnfinished: false });
  });

  test('replaces a record of an earlier build, and leaves one of a later build alone', async () => {
    const { deps, reread, stored } = registryWith('a');
    await refreshRepository({ ...deps, epoch: 2 }, 'app', signal);
    expect(await reread()).toMatchObject({ result: 'superseded' });
    expect(stored()).toMatchObject({ epoch: 2, revision: 1 });
    await refreshRepository({ ...deps, epoch: 3 }, 'app', signal);
    expect(stored()).toMatchObject({ epoch: 3, revision: 1 });
  });
});

describe('re-reading with what is known', () => {
  /** A registry of which each process begins without a memory of its own, and what one re-reading of it reads. */
  function registry() {
    const fixture = createRegistryFixture();
    const { records } = indexerOn(fixture.objects);
    const read = async (...tags: [name: string, content: string][]) => {
      fixture.write({ name: 'app', tags: tags.map(([name, content], at) => ({ name, content, pushedAtMs: at + 1 })) });
      const deps = { ...indexerOn(fixture.objects), records };
      const { result, faults } = await refreshRepository(deps, 'app', signal);
      return { result, gets: deps.storage.requests.gets, faults };
    };
    const stored = () => records.stored.get('app');
    const platforms = () => stored()?.record.tags.map(({ name, platforms }) => [name, platforms?.join(' ')]);
    return { fixture, records, read, stored, platforms };
  }

  test('reads the manifest and config of a new tag alone, and not again what other tags are', async () => {
    const { fixture, read, platforms } = registry();
    const old = fixture.image({ v: 'old' });
    const arm = fixture.image({ v: 'arm' }, 'linux/arm64');
    expect(await read(['1.0', old], ['latest', old])).toMatchObject({ result: 'written', gets: 2 });
    expect(await read(['1.0', old], ['arm', arm], ['latest', old])).toMatchObject({ result: 'written', gets: 2 });
    expect(platforms()).toEqual([
      ['1.0', 'linux/amd64'],
      ['arm', 'linux/arm64'],
      ['latest', 'linux/amd64'],
    ]);
  });

  test('reads nothing for a tag that went, came from another tag, or was pushed again as it was', async () => {
    const { fixture, read, stored, platforms } = registry();
    const image = fixture.image({ v: 'one' });
    await read(['1.0', image], ['1.1', fixture.image({ v: 'two' }, 'linux/arm64')], ['latest', image]);
    expect(await read(['stable', image], ['latest', image])).toMatchObject({ result: 'written', gets: 0 });
    expect(platforms()).toEqual([
      ['latest', 'linux/amd64'],
      ['stable', 'linux/amd64'],
    ]);
    expect(stored()).toMatchObject({ record: { labels: { v: 'one' } }, manifests: { representative: 'latest' } });
  });

  test('reads what speaks for it now', async () => {
    const { fixture, read, stored } = registry();
    const one = fixture.image({ v: 'one' });
    await read(['latest', one]);
    await read(['latest', fixture.image({ v: 'two' })], ['old', one]);
    expect(stored()).toMatchObject({ record: { labels: { v: 'two' } }, manifests: { representative: 'latest' } });
  });

  test('uses what an earlier build knew', async () => {
    const { fixture, records, read, stored } = registry();
    const image = fixture.image({ v: 'one' });
    await read(['latest', image]);
    const before = stored();
    if (before) records.stored.set('app', { ...before, epoch: 0 });
    expect(await read(['latest', image])).toMatchObject({ result: 'written', gets: 0 });
    expect(stored()).toMatchObject({ epoch: 1, record: before?.record });
  });

  test('reads a chart once more whose labels an older reader made, and no image', async () => {
    const { fixture, records, read, stored } = registry();
    const config = fixture.json({ name: 'app', version: '1.0.0', kubeVersion: '>=1.28' });
    const chart = fixture.json({
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: digestOf(config) },
    });
    const image = fixture.image({ v: 'one' });
    const age = (labels: Record<string, string>) => {
      const before = stored();
      if (before) records.stored.set('app', { ...before, reader: 2, record: { ...before.record, labels } });
    };
    await read(['1.0.0', chart]);
    age({});
    expect(await read(['1.0.0', chart])).toMatchObject({ result: 'written', gets: 2 });
    expect(stored()?.record.labels).toMatchObject({ 'helm.sh/kubeVersion': '>=1.28' });
    await read(['latest', image]);
    age({ v: 'one' });
    expect(await read(['latest', image])).toMatchObject({ result: 'written', gets: 0 });
  });

  test('knows again what refers to an image without reading it', async () => {
    const { fixture, read, stored } = registry();
    const image = fixture.image({});
    const signature = fixture.json({ artifactType: 'application/x-cosign', subject: { digest: digestOf(image) } });
    await read(['latest', image], ['sig-1', signature]);
    expect(await read(['latest', image], ['also', image], ['sig-1', signature])).toMatchObject({ gets: 0 });
    expect(stored()?.record).toMatchObject({
      referrers: ['signature'],
      tags: [{ name: 'also' }, { name: 'latest' }, { name: 'sig-1' }],
    });
    expect(await read(['latest', image])).toMatchObject({ result: 'written', gets: 0 });
    expect(stored()?.record.referrers).toEqual([]);
  });

  test('reads what could not be read again only when it has come, and what is recovered then is known', async () => {
    const { fixture, read, stored, platforms } = registry();
    const image = fixture.image({ v: 'one' });
    const lost = fixture.image({ v: 'lost' }, 'linux/arm64');
    const [key = '', object] = [...fixture.objects].find(([, { body }]) => body.toString() === lost) ?? [];
    fixture.objects.delete(key);
    expect(await read(['latest', image], ['lost', lost])).toMatchObject({ result: 'written', faults: [{}] });
    expect(platforms()).toEqual([
      ['latest', 'linux/amd64'],
      ['lost', ''],
    ]);
    expect(await read(['latest', image], ['lost', lost])).toMatchObject({ result: 'current', gets: 0 });
    if (object) fixture.objects.set(key, object);
    expect(await read(['latest', image], ['lost', lost])).toMatchObject({ result: 'written', gets: 2, faults: [] });
    expect(platforms()).toContainEqual(['lost', 'linux/arm64']);
    expect(await read(['latest', image], ['lost', lost])).toMatchObject({ result: 'current', gets: 0 });
    expect(stored()?.revision).toBe(2);
  });
});

describe('re-reading against other writers', () => {
  /** Another writer that writes `times` times, just before we do. */
  function rival({ deps }: ReturnType<typeof registryWith>, times: number) {
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
        listedAtMs: 10,
        revision: (seen?.revision ?? 0) + 1,
        changedAtMs: 0,
        deleted: false,
      };
      deps.records.stored.set(name, base);
    });
  }

  test('tries again after another has written', async () => {
    const registry = registryWith('a');
    rival(registry, 3);
    expect(await registry.reread()).toMatchObject({ result: 'written' });
    expect(registry.storedTags()).toEqual(['a']);
  });

  test('gives up after five times', async () => {
    const registry = registryWith('a');
    rival(registry, 5);
    expect(await registry.reread()).toMatchObject({ result: 'contended' });
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
