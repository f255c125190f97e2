import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RepositoryRecord } from '../../../../src/dynamodb/records/record.ts';
import type { RepositoryPage, SearchEngine, TagQuery, Visibility } from '../../../../src/search/api.ts';
import { ALL, createPromptEngine } from '../../../support/search/search-queries.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

const FIRST: TagQuery = { filter: undefined, sort: { by: 'pushed', reverse: false }, cursor: undefined, limit: 10 };
const PUBLIC: Visibility = [{ names: undefined, showPrivate: false }];

function engineOf(...records: readonly RepositoryRecord[]): SearchEngine {
  const engine = createPromptEngine();
  for (const record of records) engine.upsert(record);
  return engine;
}

function describeIn(engine: SearchEngine, name: string, tags: Partial<TagQuery> = {}, visibility = ALL) {
  const page = engine.repository({ name, tags: { ...FIRST, ...tags }, visibility });
  if (page instanceof Promise) throw new Error('it is long work');
  return page;
}

function digestOf(number: number): string {
  return `sha256:${number.toString(16).padStart(64, 'fedcba98')}`;
}

/** The later in the list, the newer. */
function tagged(...names: readonly string[]) {
  const tags = names.map((name, at) => ({ name, digest: digestOf(at), pushedAtMs: 1_000 + at, platforms: undefined }));
  return searchRecord('app', {
    tags: tags.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    pushedAtMs: 1_000 + names.length,
  });
}

function namesIn(page: RepositoryPage | undefined): string[] | undefined {
  return page?.tags.tags.map(({ name }) => name);
}

describe('the tags of a repository', () => {
  const versions = [
    'latest',
    '1.9',
    '1.10',
    'v1.2.0',
    '1.2.0-rc.10',
    '1.2.0-rc.2',
    '2024-10-01',
    '2024-9-30',
    '1.10-alpine',
  ];

  test('are sorted as versions: numbers by their value, what is tried before what is released, words first', () => {
    const sort = { by: 'version', reverse: false } as const;
    expect(namesIn(describeIn(engineOf(tagged(...versions)), 'app', { sort }))).toEqual([
      'latest',
      '1.2.0-rc.2',
      '1.2.0-rc.10',
      'v1.2.0',
      '1.9',
      '1.10-alpine',
      '1.10',
      '2024-9-30',
      '2024-10-01',
    ]);
  });

  test('are sorted by time, the newest first, and by name', () => {
    const engine = engineOf(tagged('b', 'a', 'c'));
    expect(namesIn(describeIn(engine, 'app'))).toEqual(['c', 'a', 'b']);
    expect(namesIn(describeIn(engine, 'app', { sort: { by: 'name', reverse: true } }))).toEqual(['c', 'b', 'a']);
  });

  test.each(['pushed', 'version', 'name'] as const)('by %s come in pages that hold each once, both ways', (by) => {
    const engine = engineOf(tagged(...Array.from({ length: 1_003 }, (_, at) => `v${at % 7}.${at}`)));
    for (const reverse of [false, true]) {
      const seen: string[] = [];
      for (let cursor: string | undefined, more = true; more; ) {
        const page = describeIn(engine, 'app', { sort: { by, reverse }, cursor, limit: 100 });
        seen.push(...(namesIn(page) ?? []));
        cursor = page?.tags.next;
        more = cursor !== undefined;
      }
      const whole = namesIn(describeIn(engine, 'app', { sort: { by, reverse }, limit: 2_000 }));
      expect(seen).toEqual(whole);
      expect(new Set(seen).size).toBe(1_003);
    }
  });

  test('are filtered by a part of them or by a pattern of all, in any case', () => {
    const engine = engineOf(tagged('1.2-Alpine', '1.2', '11.2', 'alpine'));
    expect(describeIn(engine, 'app', { filter: 'ALPINE' })?.tags.total).toBe(2);
    expect(namesIn(describeIn(engine, 'app', { filter: '1.2*' }))).toEqual(['1.2', '1.2-Alpine']);
    expect(namesIn(describeIn(engine, 'app', { filter: '1?.2' }))).toEqual(['11.2']);
  });

  test('have whole digests, also longer ones than SHA-256, and name others of the same', () => {
    const long = `sha512:${'0123456789abcdef'.repeat(8)}`;
    const tags = ['a', 'b', 'c'].map((name) => ({
      name,
      digest: digestOf(7),
      pushedAtMs: 1,
      platforms: ['linux/amd64'],
    }));
    const record = searchRecord('app', {
      tags: [...tags, { name: 'd', digest: long, pushedAtMs: 0, platforms: undefined }],
    });
    const page = describeIn(engineOf(record), 'app', { sort: { by: 'name', reverse: false } });
    expect(page?.tags.tags).toEqual([
      { name: 'a', digest: digestOf(7), pushedAtMs: 1, platforms: ['linux/amd64'], aliases: ['b', 'c'] },
      { name: 'b', digest: digestOf(7), pushedAtMs: 1, platforms: ['linux/amd64'], aliases: ['a', 'c'] },
      { name: 'c', digest: digestOf(7), pushedAtMs: 1, platforms: ['linux/amd64'], aliases: ['a', 'b'] },
      { name: 'd', digest: long, pushedAtMs: 0, platforms: undefined, aliases: [] },
    ]);
  });

  test('say sizes and times of building as they were written, whatever the tags beside them have', () => {
    const MINUTE_MS = 60_000;
    const minute = fc.integer({ min: 1, max: 2 ** 26 - 1 });
    const image = fc.record({
      pushedAtMs: minute.map((at) => at * MINUTE_MS),
      sizeBytes: fc.option(fc.oneof(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: 2 ** 38 - 1 })), {
        nil: undefined,
      }),
      createdAtMs: fc.option(
        minute.map((at) => at * MINUTE_MS),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(fc.array(image, { maxLength: 12 }), (images) => {
        const tags = images.map((one, at) => ({
          name: `v${100 + at}`,
          digest: digestOf(at),
          platforms: undefined,
          pushedAtMs: one.pushedAtMs,
          ...(one.sizeBytes !== undefined && { sizeBytes: one.sizeBytes }),
          ...(one.createdAtMs !== undefined && { createdAtMs: one.createdAtMs }),
        }));
        const page = describeIn(engineOf(searchRecord('app', { tags })), 'app', {
          sort: { by: 'name', reverse: false },
        });
        const read = page?.tags.tags.map(({ pushedAtMs, sizeBytes, createdAtMs }) => {
          return { pushedAtMs, sizeBytes, createdAtMs };
        });
        expect(read).toEqual(images);
      }),
    );
  });

  test('say how large they are, when they were built, and what application a chart has', () => {
    const [minuteMs, hugeBytes] = [Date.UTC(2026, 10, 28, 9, 12), 2 ** 40];
    const common = { digest: digestOf(1), pushedAtMs: minuteMs, platforms: [] };
    const chart = { name: 'app', version: '1.0.0+b', appVersion: '9' };
    const record = searchRecord('app', {
      tags: [
        { ...common, name: '1.0.0_b', sizeBytes: 5 * 2 ** 32 + 7, createdAtMs: minuteMs, chart },
        { ...common, name: 'old', digest: digestOf(2) },
        { ...common, name: 'vast', digest: digestOf(3), sizeBytes: hugeBytes, createdAtMs: 0 },
      ],
    });
    const page = describeIn(engineOf(record), 'app', { sort: { by: 'name', reverse: false } });
    expect(
      page?.tags.tags.map(({ sizeBytes, createdAtMs, appVersion }) => [sizeBytes, createdAtMs, appVersion]),
    ).toEqual([
      [5 * 2 ** 32 + 7, minuteMs, '9'],
      [undefined, undefined, undefined],
      [2 ** 38 - 1, undefined, undefined],
    ]);
  });

  test('by a cursor of another order are refused', () => {
    const engine = engineOf(tagged('a', 'b'));
    const cursor = describeIn(engine, 'app', { limit: 1 })?.tags.next;
    for (const wrong of ['', 'x', 'bnVsbA'])
      expect(() => describeIn(engine, 'app', { cursor: wrong })).toThrow('cursor');
    expect(() => describeIn(engine, 'app', { cursor, sort: { by: 'name', reverse: false } })).toThrow('cursor');
  });
});

describe('a repository', () => {
  test('has its labels as they were written, whatever comes and goes', () => {
    const labels = { 'com.acme.Team': 'Größe & Co', plain: 'plain' };
    const engine = engineOf(
      searchRecord('a', { labels }),
      searchRecord('b', { labels: { ...labels, plain: 'Plain' } }),
    );
    expect(describeIn(engine, 'a')?.details.labels).toEqual(labels);
    engine.remove('b');
    engine.upsert(searchRecord('c', { labels: { Other: 'VALUE' } }));
    expect(describeIn(engine, 'a')?.details.labels).toEqual(labels);
    engine.upsert(searchRecord('a', { labels: { plain: 'PLAIN' } }));
    expect(describeIn(engine, 'a')?.details.labels).toEqual({ plain: 'PLAIN' });
    expect(describeIn(engine, 'c')?.details.labels).toEqual({ Other: 'VALUE' });
  });

  test('names its representative tag with its digest', () => {
    const engine = engineOf({ ...tagged('a', 'b'), representative: 'a' });
    expect(describeIn(engine, 'app')?.details.tag).toEqual({ name: 'a', digest: digestOf(0) });
    engine.upsert({ ...tagged('b'), representative: undefined });
    expect(describeIn(engine, 'app')?.details.tag).toBeUndefined();
  });

  test('names what it is built on and what is built on it, as far as that may be seen', () => {
    const on = (reference: string) => ({ labels: { 'org.opencontainers.image.base.name': reference } });
    const engine = engineOf(
      searchRecord('base/node', on('registry.example/base/node:21')),
      searchRecord('app/one', on('registry.example/base/node:22')),
      searchRecord('app/two', on('other.example:5000/base/node@sha256:00')),
      searchRecord('app/hidden', on('base/node')),
      searchRecord('secret', { isPrivate: true }),
      searchRecord('app/three', on('secret:1')),
    );
    const visibility: Visibility = [{ names: undefined, except: ['app/hidden'], showPrivate: false }];
    const seen = (name: string) => describeIn(engine, name, {}, visibility);
    expect(seen('base/node')?.dependents).toEqual({ total: 2, names: ['app/one', 'app/two'] });
    expect(seen('app/one')?.base).toEqual({ reference: 'registry.example/base/node:22', names: ['base/node'] });
    expect(seen('app/three')?.base).toEqual({ reference: 'secret:1', names: [] });
  });

  test('that may not be seen is none', () => {
    const engine = engineOf(searchRecord('secret', { isPrivate: true }));
    expect(describeIn(engine, 'secret', {}, PUBLIC)).toBeUndefined();
    expect(describeIn(engine, 'secret')?.name).toBe('secret');
    expect(describeIn(engine, 'missing')).toBeUndefined();
  });
});
