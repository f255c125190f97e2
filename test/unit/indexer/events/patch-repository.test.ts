import { describe, expect, test } from '@jest/globals';
import { mergePending, type PendingTag, pendingOf } from '../../../../src/indexer/events/hint.ts';
import { PATCHED, patchRepository } from '../../../../src/indexer/events/patch-repository.ts';
import { refreshRepository } from '../../../../src/indexer/repository/refresh.ts';
import { createRegistryFixture, indexerOn } from '../../../support/registry/registry-fixture.ts';
import { digestOf } from '../../../support/registry/registry-model.ts';

const { signal } = new AbortController();

/** A repository `app` that is indexed, and a way to push to it behind the index's back. */
async function indexed(tags: Record<string, string>) {
  const fixture = createRegistryFixture();
  const contents = new Map<string, string>();
  const contentOf = (text: string) => {
    const content = contents.get(text) ?? fixture.image({ text });
    contents.set(text, content);
    return content;
  };
  let clock = 10;
  /** `earlier`: what tags pointed to at the same time before. */
  const write = (now: Record<string, string>, earlier: Record<string, string> = {}) => {
    clock += 10;
    const all = Object.entries(now).map(([name, text]) => {
      const before = Object.entries(earlier).flatMap(([tag, other]) => (tag === name ? [contentOf(other)] : []));
      return { name, content: contentOf(text), pushedAtMs: clock, earlier: before };
    });
    fixture.write({ name: 'app', tags: all });
  };
  write(tags);
  const deps = { ...indexerOn(fixture.objects), now: () => clock };
  await refreshRepository(deps, 'app', signal);
  const digest = (text: string) => digestOf(contentOf(text));
  return {
    deps,
    write,
    digest,
    stored: () => deps.records.stored.get('app'),
    storedTags: () =>
      Object.fromEntries(deps.records.stored.get('app')?.record.tags.map((tag) => [tag.name, tag.digest]) ?? []),
    patch: (pending: Record<string, PendingTag>, mayWait = true) =>
      patchRepository(deps, { name: 'app', tags: new Map(Object.entries(pending)), mayWait: () => mayWait }, signal),
  };
}

const pushed = (digest: string) => pendingOf({ kind: 'digest', digest }, 0);
const deleted = pendingOf({ kind: 'absence' }, 0);
const SEEN = pendingOf({ kind: 'nothing' }, 0);

describe('patching a repository', () => {
  test('takes over a pushed tag by one LIST, and leaves the listing to be compared as a whole', async () => {
    const { deps, write, digest, stored, storedTags, patch } = await indexed({ a: 'one', b: 'two' });
    const before = stored();
    write({ a: 'one', b: 'two', c: 'three' });
    const { lists } = deps.storage.requests;
    expect(await patch({ c: pushed(digest('three')) })).toMatchObject({ outcome: { result: 'written' }, missed: 0 });
    expect(deps.storage.requests.lists - lists).toBe(1);
    expect(storedTags()).toEqual({ a: digest('one'), b: digest('two'), c: digest('three') });
    expect(stored()).toMatchObject({ fingerprint: PATCHED, listedAtMs: before?.listedAtMs, revision: 2 });
  });

  test('waits with a tag that does not show what was announced, and writes the others', async () => {
    const { write, digest, storedTags, patch } = await indexed({ a: 'one', b: 'two' });
    write({ a: 'one', b: 'three' });
    const { awaited, missed } = await patch({ a: pushed(digest('four')), b: pushed(digest('three')) });
    expect([...awaited.keys()]).toEqual(['a']);
    expect(missed).toBe(0);
    expect(storedTags()).toEqual({ a: digest('one'), b: digest('three') });
  });

  test('writes what a tag shows of two pushes whose times are the same, and looks again', async () => {
    const { write, digest, storedTags, patch } = await indexed({ a: 'one' });
    const both = mergePending(pushed(digest('two')), pushed(digest('three')));
    write({ a: 'two' }, { a: 'three' });
    expect([...(await patch({ a: both })).awaited.keys()]).toEqual(['a']);
    expect(storedTags()).toEqual({ a: digest('two') });
    expect(await patch({ a: both }, false)).toMatchObject({ missed: 0, awaited: new Map() });
  });

  test('takes the store for right once waiting has an end, and counts what did not come', async () => {
    const { write, digest, storedTags, patch } = await indexed({ a: 'one' });
    write({ a: 'two' });
    expect(await patch({ a: pushed(digest('four')) }, false)).toMatchObject({ missed: 1, awaited: new Map() });
    expect(storedTags()).toEqual({ a: digest('two') });
  });

  test('removes a deleted tag, and waits while it is there', async () => {
    const { write, storedTags, patch, digest } = await indexed({ a: 'one', b: 'two' });
    expect([...(await patch({ b: deleted })).awaited.keys()]).toEqual(['b']);
    write({ a: 'one' });
    expect(await patch({ b: deleted })).toMatchObject({ outcome: { result: 'written' } });
    expect(storedTags()).toEqual({ a: digest('one') });
  });

  test('turns a repository whose last tag was deleted into a tombstone', async () => {
    const { write, stored, patch } = await indexed({ a: 'one' });
    write({});
    expect(await patch({ a: deleted })).toMatchObject({ outcome: { result: 'gone' } });
    expect(stored()).toMatchObject({ deleted: true });
  });

  test('reads a repository as a whole that is not stored, or was stored by an older reader', async () => {
    const { deps, write, digest, stored, storedTags, patch } = await indexed({ a: 'one' });
    deps.records.stored.delete('app');
    expect(await patch({ a: SEEN })).toMatchObject({ isWhole: true, outcome: { result: 'written' } });
    const record = stored();
    if (record) deps.records.stored.set('app', { ...record, reader: 0 });
    write({ a: 'one', b: 'two' });
    expect(await patch({ a: SEEN })).toMatchObject({ isWhole: true, outcome: { result: 'written' } });
    expect(storedTags()).toEqual({ a: digest('one'), b: digest('two') });
  });

  test('waits with the first tag of a repository that is not stored, is gone, or was stored by an older reader', async () => {
    const { deps, write, digest, stored, storedTags, patch } = await indexed({ a: 'one' });
    const record = stored();
    deps.records.stored.delete('app');
    write({});
    const first = await patch({ a: pushed(digest('two')) });
    expect([[...first.awaited.keys()], first.missed, stored()]).toEqual([['a'], 0, undefined]);
    write({ a: 'two' });
    expect(await patch({ a: pushed(digest('two')) })).toMatchObject({
      outcome: { result: 'written' },
      awaited: new Map(),
    });
    expect(storedTags()).toEqual({ a: digest('two') });
    if (record) deps.records.stored.set('app', { ...record, deleted: true });
    expect([...(await patch({ b: pushed(digest('three')) })).awaited.keys()]).toEqual(['b']);
    if (record) deps.records.stored.set('app', { ...record, reader: 0 });
    const both = await patch({ a: SEEN, b: pushed(digest('three')) });
    expect([[...both.awaited.keys()], both.outcome.result]).toEqual([['b'], 'written']);
  });

  test("leaves nothing of another registry's push, and a tombstone of what was deleted before it was stored", async () => {
    const { deps, write, digest, stored, patch } = await indexed({ a: 'one' });
    deps.records.stored.delete('app');
    write({});
    expect(await patch({ a: pushed(digest('two')) }, false)).toMatchObject({ missed: 1, isWhole: true });
    expect(stored()).toBeUndefined();
    for (const pending of [deleted, SEEN]) {
      deps.records.stored.delete('app');
      expect(await patch({ a: pending })).toMatchObject({ outcome: { result: 'gone' } });
      expect(stored()).toMatchObject({ deleted: true });
    }
  });

  test('says so where tags cannot be looked at each by itself', async () => {
    const { deps, write, patch } = await indexed({ a: 'one' });
    const blind = { ...deps, layout: { ...deps.layout, lookAtTag: async () => undefined } };
    write({ a: 'two' });
    const work = { name: 'app', tags: new Map([['a', SEEN]]), mayWait: () => true };
    expect(await patchRepository(blind, work, signal)).toMatchObject({ isBlind: true, outcome: { result: 'written' } });
    expect(await patch({ a: SEEN })).toMatchObject({ isBlind: false });
  });

  test('writes nothing where nothing has changed', async () => {
    const { stored, patch, digest } = await indexed({ a: 'one' });
    expect(await patch({ a: pushed(digest('one')) })).toMatchObject({ outcome: { result: 'current' } });
    expect(stored()?.revision).toBe(1);
  });

  test('looks again when somebody else has written meanwhile, so that neither loses what it saw', async () => {
    const { deps, write, digest, stored, storedTags, patch } = await indexed({ a: 'one', b: 'two' });
    write({ a: 'three', b: 'two' });
    let isFirst = true;
    deps.records.beforeWrite(() => {
      const now = stored();
      if (isFirst && now) {
        isFirst = false;
        const tags = now.record.tags.map((tag) => (tag.name === 'b' ? { ...tag, digest: digest('five') } : tag));
        deps.records.stored.set('app', { ...now, record: { ...now.record, tags }, revision: now.revision + 1 });
      }
    });
    expect(await patch({ a: pushed(digest('three')) })).toMatchObject({ outcome: { result: 'written' } });
    expect(storedTags()).toEqual({ a: digest('three'), b: digest('five') });
  });

  test('is the same record as a reading of the whole, but for when and how it was read', async () => {
    const { deps, write, stored, patch } = await indexed({ a: 'one', b: 'two' });
    write({ a: 'one', b: 'two', 'v1.10': 'three', latest: 'four' });
    await patch({ 'v1.10': SEEN, latest: SEEN, a: SEEN, b: SEEN });
    const patched = stored();
    await refreshRepository(deps, 'app', signal);
    expect(stored()?.record).toEqual(patched?.record);
    expect(stored()?.manifests).toEqual(patched?.manifests);
    expect(stored()?.fingerprint).not.toBe(PATCHED);
  });
});
