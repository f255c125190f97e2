import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RecordStore } from '../../../../src/dynamodb/records/record-store.ts';
import { pendingOf } from '../../../../src/indexer/events/hint.ts';
import { PATCHED, patchRepository } from '../../../../src/indexer/events/patch-repository.ts';
import type { IndexerDeps } from '../../../../src/indexer/repository/outcome.ts';
import { refreshRepository } from '../../../../src/indexer/repository/refresh.ts';
import { startIndex } from '../../../support/index/embedded-service.ts';
import { createRandom } from '../../../support/random.ts';
import { createRegistryFixture, indexerOn } from '../../../support/registry/registry-fixture.ts';
import { digestOf, type ModelTag } from '../../../support/registry/registry-model.ts';

const { signal } = new AbortController();
/** More than one item has room for. */
const TAGS = 2_600;
const NAME = 'ci/app';

const fixture = createRegistryFixture();
/** Reads all of it each time. */
const whole = indexerOn(fixture.objects);
let started: Awaited<ReturnType<typeof startIndex>>;
let records: RecordStore;
let deps: IndexerDeps & { now: () => number };
let clock = 1_000;
const tags = new Map<string, ModelTag>();

function push(name: string, text = `${name} at ${clock}`, platform?: string): void {
  clock += 1_000;
  tags.set(name, {
    name,
    content: fixture.image({ 'org.opencontainers.image.title': text }, platform),
    pushedAtMs: clock,
  });
}

beforeAll(async () => {
  started = await startIndex();
  records = started.index.records(4);
  deps = { ...indexerOn(fixture.objects), records, now: () => clock };
  for (let at = 0; at < TAGS; at += 1) push(`build-${at}`);
  fixture.write({ name: NAME, tags: [...tags.values()] });
  await refreshRepository(deps, NAME, signal);
});

afterAll(() => started.stop());

/** Patches what has happened to some tags. */
async function patch(...names: readonly string[]): Promise<void> {
  fixture.write({ name: NAME, tags: [...tags.values()] });
  const work = new Map(names.map((name) => [name, pendingOf({ kind: 'nothing' }, clock)]));
  const { outcome, isWhole } = await patchRepository(deps, { name: NAME, tags: work, mayWait: () => false }, signal);
  expect([outcome.result, isWhole]).toEqual(['written', false]);
}

/** What the index has now, and what it would have had the repository been read as a whole. */
async function compare(): Promise<void> {
  await refreshRepository(whole, NAME, signal);
  const [is, wanted] = [await records.read(NAME, signal), whole.records.stored.get(NAME)];
  expect(is?.manifests?.representative).toBe(wanted?.manifests?.representative);
  expect(is?.record).toEqual({ ...wanted?.record, representative: wanted?.manifests?.representative });
  expect(is?.fingerprint).toBe(PATCHED);
}

async function chunkIds(): Promise<ReadonlySet<string>> {
  return new Set((await records.read(NAME, signal))?.chunks?.map(({ id }) => id));
}

describe('a push to a repository of many tags', () => {
  test('changes one chunk, of which the others are not read', async () => {
    const before = await chunkIds();
    push('new');
    expect(await records.readPart(NAME, ['new'], signal)).toMatchObject({ kind: 'part', tagCount: TAGS });
    await patch('new');
    const after = await chunkIds();
    expect(after.size).toBe(before.size);
    expect(after.difference(before).size).toBe(1);
    await compare();
  });

  test.each<[string, () => readonly string[]]>([
    [
      'that is a version has it speak for the repository',
      () => {
        push('1.2.3');
        return ['1.2.3'];
      },
    ],
    [
      'of a higher version takes over',
      () => {
        push('2.0.0');
        return ['2.0.0'];
      },
    ],
    [
      'of a lower version changes no text',
      () => {
        push('1.0.0');
        return ['1.0.0'];
      },
    ],
    [
      'that moves the tag that speaks for it takes its text',
      () => {
        push('2.0.0', 'moved');
        return ['2.0.0'];
      },
    ],
    [
      'beside a deletion counts both',
      () => {
        push('2.1.0');
        tags.delete('build-17');
        return ['2.1.0', 'build-17'];
      },
    ],
    [
      'that deletes what spoke for it has another tag speak',
      () => {
        tags.delete('2.1.0');
        return ['2.1.0'];
      },
    ],
  ])('%s', async (_, change) => {
    await patch(...change());
    await compare();
  });

  test('leaves, however many there are and whatever they do, what reading all of it would', async () => {
    const random = createRandom(14);
    for (let round = 0; round < 4; round += 1) {
      const touched = Array.from({ length: 1 + random.below(6) }, () => {
        const known = [...tags.keys()].filter((name) => !name.endsWith('.sig'));
        const name =
          random.below(2) === 0 ? `more-${round}-${random.below(9)}` : (known[random.below(known.length)] ?? '');
        if (random.below(4) === 0 && tags.has(name)) tags.delete(name);
        else push(name, undefined, random.below(3) === 0 ? 'linux/arm64' : undefined);
        return name;
      });
      await patch(...touched);
      await compare();
    }
  });

  test('between whose reading and writing another came does not overwrite it', async () => {
    push('mine');
    fixture.write({ name: NAME, tags: [...tags.values()] });
    const part = await records.readPart(NAME, ['mine'], signal);
    push('theirs');
    await patch('theirs');
    if (part?.kind !== 'part') throw new Error('it is read as a whole');
    const { tags: _, ...record } = part.seen.record;
    const write = { ...part.seen, record, tagCount: part.tagCount, groups: new Map() };
    expect(await records.replacePart(write, part, signal)).toBe('conflict');
    await patch('mine');
    await compare();
  });

  test('beside a signature, and after it, has all of it looked at', async () => {
    const signed = digestOf(tags.get('2.0.0')?.content ?? '').replace(':', '-');
    push(`${signed}.sig`);
    await patch(`${signed}.sig`);
    await compare();
    push('2.0.1');
    await patch('2.0.1');
    await compare();
  });
});
