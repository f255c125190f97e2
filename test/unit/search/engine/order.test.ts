import { describe, expect, test } from '@jest/globals';
import type { RepositoryRecord } from '../../../../src/dynamodb/records/record.ts';
import { isNamedAfterSource } from '../../../../src/search/engine/rank/record-signals.ts';
import { parseQuery } from '../../../../src/search/query/parse.ts';
import { atOnce, createPromptEngine, namesOf, textQuery } from '../../../support/search/search-queries.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

const BASE = 'org.opencontainers.image.base.name';
const DAY_MS = 86_400_000;

type Given = readonly [name: string, fields?: Partial<RepositoryRecord>];

/** What a search for `text` lists, in order, of repositories that were written first to last and last to first. */
function listed(text: string, ...given: readonly Given[]): string[] {
  const records = given.map(([name, fields]) => searchRecord(name, fields));
  const [one, other] = [records, records.toReversed()].map((written) => {
    const engine = createPromptEngine();
    for (const record of written) engine.upsert(record);
    return namesOf(atOnce(engine.search({ ...textQuery(''), query: parseQuery(text, 0) })));
  });
  expect(one).toEqual(other);
  return one ?? [];
}

function tags(...names: readonly string[]): RepositoryRecord['tags'] {
  return names.map((name) => ({ name, digest: 'sha256:00', pushedAtMs: 1_000, platforms: undefined }));
}

function builtOn(reference: string): Partial<RepositoryRecord> {
  return { labels: { [BASE]: reference } };
}

/** Repositories that are all called after the same thing, pushed later and later. */
function nightly(count: number, nameOf: (i: number) => string, fields: Partial<RepositoryRecord> = {}): Given[] {
  return Array.from({ length: count }, (_, i) => [nameOf(i), { pushedAtMs: 1_000 + (i + 1) * DAY_MS, ...fields }]);
}

describe('among repositories that fit equally well, those come first', () => {
  test('that others name as their base image, however many forks are pushed every night', () => {
    const forks = nightly(30, (i) => `user${i}/nginx`, builtOn('registry.acme.example/base/nginx:1.27'));
    const [first, ...rest] = listed('nginx', ['base/nginx', { pushedAtMs: 1 }], ...forks);
    expect(first).toBe('base/nginx');
    expect(rest.slice(0, 2)).toEqual(['user29/nginx', 'user28/nginx']);
  });

  test('that are less deep than forks with a tag for every night', () => {
    const everyNight = Array.from({ length: 300 }, (_, i) => `nightly-${i}`).sort();
    const forks = nightly(20, (i) => `sandbox/user${i}/redis`, { tags: tags(...everyNight) });
    expect(listed('redis', ['base/redis', { pushedAtMs: 1, tags: tags('7', '7.2') }], ...forks)[0]).toBe('base/redis');
  });

  test('that more are built on, of two that both are base images', () => {
    const users = (base: string, count: number): Given[] =>
      Array.from({ length: count }, (_, i) => [`${base}-user-${i}`, builtOn(`registry.acme.example/${base}:1`)]);
    expect(listed('/node', ['a/node'], ['b/node'], ...users('b/node', 3), ...users('a/node', 2)).slice(0, 2)).toEqual([
      'b/node',
      'a/node',
    ]);
  });

  test('that have more tags', () => {
    expect(listed('web', ['a/web', { tags: tags('1') }], ['b/web', { tags: tags('1', '2') }])).toEqual([
      'b/web',
      'a/web',
    ]);
  });

  test('that are less deep', () => {
    const all = ['mirror/docker.io/library/python', 'team/x/python', 'base/python'];
    expect(listed('python', ...all.map((name): Given => [name]))).toEqual(all.toReversed());
  });

  test('that are named after their sources, and then forks that were copied with their Dockerfile and more tags', () => {
    const labels = { 'org.opencontainers.image.source': 'https://gitlab.acme.example/platform/ci/kaniko' };
    const forks = nightly(20, (i) => `user${i}/kaniko`, { labels, tags: tags('latest', 'main', 'nightly', 'v1.23') });
    const original: Given = ['platform/ci/kaniko', { labels, tags: tags('v1.23') }];
    expect(listed('kaniko', ...forks, original)[0]).toBe('platform/ci/kaniko');
  });

  test('that are images, and then charts of the same name, which lie in one folder with all others', () => {
    const chart: Given = ['charts/redis', { types: ['helm'], pushedAtMs: 9_000 }];
    expect(listed('redis', chart, ['mirror/docker.io/library/redis'])[0]).toBe('mirror/docker.io/library/redis');
    const both: Given = ['apps/redis', { types: ['image', 'helm'], pushedAtMs: 9_000 }];
    expect(listed('redis', both, ['mirror/docker.io/library/redis'])[0]).toBe('apps/redis');
  });

  test('that are named after their own page, as charts say it; the page counts only where no sources are told', () => {
    const url = 'https://gitlab.acme.example/charts/redis';
    const page = { labels: { 'org.opencontainers.image.url': url } };
    const elsewhere = { labels: { ...page.labels, 'org.opencontainers.image.source': 'https://github.com/bitnami/x' } };
    const given = (fields: Partial<RepositoryRecord>): Given[] => [
      ['charts/redis', fields],
      ['a/redis', { pushedAtMs: 9_000 }],
    ];
    expect(listed('redis', ...given(page))[0]).toBe('charts/redis');
    expect(listed('redis', ...given(elsewhere))[0]).toBe('a/redis');
  });

  test.each([
    ['https://gitlab.acme.example/team/x/api', 'team/x/api'],
    ['https://gitlab.acme.example/team/x', 'team/x/api'],
    ['https://gitlab.acme.example/Team/X.git', 'team/x/api'],
    ['https://github.com/acme/api', 'api'],
    ['https://gitlab.acme.example/team/x/api/-/tree/main/docker', 'team/x/api'],
    ['https://github.com/acme/api/tree/main/docker?x=y#z', 'api'],
    ['https://gitea.acme.example/team/x/api/src/branch/main', 'team/x/api'],
    ['git@gitlab.acme.example:team/x/api.git', 'team/x/api'],
    ['ssh://git@gitlab.acme.example:2222/team/x/api.git/', 'team/x/api'],
  ])('sources at %s are those of %s', (source, name) => {
    expect(isNamedAfterSource(name, source.toLowerCase())).toBe(true);
  });

  test.each([
    ['https://gitlab.acme.example/platform/node', 'anna/node'],
    ['https://gitlab.acme.example/platform/node', 'anna/platform/node'],
    ['https://gitlab.acme.example/platform/node', 'platform/nodes'],
    ['https://gitlab.acme.example/platform/mynode', 'node'],
    ['https://gitlab.acme.example/', 'node'],
    ['https://gitlab.acme.example', 'node'],
    ['platform/node', 'platform/node'],
    ['', 'node'],
    ['.git', 'node'],
    ['https:///', 'node'],
  ])('sources at %s are not those of %s', (source, name) => {
    expect(isNamedAfterSource(name, source)).toBe(false);
  });

  test('that were pushed later, where nothing else tells them apart; and then by name', () => {
    expect(listed('api', ['c/api'], ['b/api', { pushedAtMs: 2_000 }], ['a/api'])).toEqual(['b/api', 'a/api', 'c/api']);
  });
});

describe('the base image that a label names is', () => {
  test.each([
    ['nginx:1.27', 'mirror/docker.io/library/nginx'],
    ['docker.io/library/nginx:1.27@sha256:00', 'mirror/docker.io/library/nginx'],
    ['docker.io/nginx', 'mirror/docker.io/library/nginx'],
    ['index.docker.io/library/nginx:1', 'mirror/docker.io/library/nginx'],
    ['docker.io/bitnami/nginx:1.27', 'mirror/docker.io/bitnami/nginx'],
    ['registry.hub.docker.com/library/nginx:1', 'mirror/docker.io/library/nginx'],
    ['k8s.gcr.io/ingress/nginx:1', 'mirror/registry.k8s.io/ingress/nginx'],
    ['quay.io:443/nginx/nginx', 'mirror/quay.io/nginx/nginx'],
    ['docker.io/library/nginx', 'mirror/docker.io/nginx'],
    ['docker.io/library/nginx', 'hub/library/nginx'],
    ['quay.io/nginx/nginx:latest', 'proxy/quay.io/nginx/nginx'],
    ['registry.acme.example/base/nginx:1', 'base/nginx'],
    ['registry.acme.example:5000/base/nginx@sha256:00', 'base/nginx'],
    ['localhost:5000/x/nginx', 'x/nginx'],
    ['base/nginx:1', 'base/nginx'],
    ['REGISTRY.acme.example/base/nginx', 'base/nginx'],
    ['registry.acme.example/mirror/docker.io/library/nginx:1', 'mirror/docker.io/library/nginx'],
  ])('of `%s` the repository %s', (reference, name) => {
    const other: Given = ['b/nginx', { tags: tags('1', '2', '3', '4') }];
    const users = nightly(200, (i) => `app-${i}`, builtOn(reference));
    expect(listed('/nginx', other, [name], ...users)[0]).toBe(name);
  });

  test.each([
    ['quay.io/library/nginx', 'mirror/docker.io/library/nginx'],
    ['docker.io/library/nginx', 'mirror/quay.io/library/nginx'],
    ['registry.acme.example/base/nginx', 'old/base/nginx'],
    ['registry.acme.example/base/nginx-unprivileged', 'x/base/nginx'],
    ['', 'x/base/nginx'],
    ['/', 'x/base/nginx'],
    [':', 'x/base/nginx'],
  ])('of `%s` not %s', (reference, name) => {
    const other: Given = ['b/nginx', { pushedAtMs: 1 }];
    expect(listed('/nginx', other, [name], ...nightly(50, (i) => `app-${i}`, builtOn(reference)))[0]).toBe('b/nginx');
  });

  test('counted for as long as a repository names it, from before it was there', () => {
    const engine = createPromptEngine();
    const first = () => namesOf(atOnce(engine.search(textQuery('/node'))))[0];
    engine.upsert(searchRecord('payments/api', builtOn('registry.acme.example/b/node:22')));
    for (const name of ['a/node', 'b/node']) engine.upsert(searchRecord(name));
    expect(first()).toBe('b/node');
    engine.upsert(searchRecord('payments/api', builtOn('registry.acme.example/a/node:22')));
    expect(first()).toBe('a/node');
    engine.upsert(searchRecord('payments/web', builtOn('registry.acme.example/b/node:20')));
    engine.remove('payments/api');
    expect(first()).toBe('b/node');
    engine.remove('b/node');
    engine.upsert(searchRecord('b/node'));
    expect(first()).toBe('b/node');
  });

  test('not counted where a repository names itself, or may not be seen', () => {
    expect(listed('/node', ['b/node', builtOn('registry.acme.example/b/node:1')], ['a/node'])[0]).toBe('a/node');
    const hidden: Given = ['secret', { ...builtOn('registry.acme.example/b/node:1'), isPrivate: true }];
    expect(listed('/node', hidden, ['b/node'], ['a/node'])[0]).toBe('a/node');
  });
});

describe('a repository that is marked as deprecated comes last of those that fit as well', () => {
  test.each<[string, Partial<RepositoryRecord>]>([
    ['a/node', { labels: { deprecated: 'true' } }],
    ['a/node', { labels: { 'com.acme.deprecated': 'use base/node' } }],
    ['a/node', { labels: { 'helm.sh/deprecated': 'true' } }],
    ['a/node', { summary: 'Old Node.js base, DEPRECATED, use base/node' }],
    ['a/node', { summary: '[deprecated] Node.js' }],
    ['a/node', { summary: 'This image is deprecated in favour of base/node' }],
    ['a/node', { summary: 'Node 14 (end of life)' }],
    ['a/node', { title: 'Node.js, no longer maintained' }],
    ['a/node', { summary: 'Do not use: see base/node' }],
    ['legacy/node', {}],
    ['archived/node', {}],
  ])('%s %j', (name, fields) => {
    const users = nightly(60, (i) => `app-${i}`, builtOn(`registry.acme.example/${name}:14`));
    const found = listed('/node', [name, { ...fields, pushedAtMs: 9_000 }], ['team/x/node'], ...users);
    expect(found.filter((one) => one.endsWith('/node'))).toEqual(['team/x/node', name]);
  });

  test.each<[string, Partial<RepositoryRecord>]>([
    ['a/node', { labels: { deprecated: 'false' } }],
    ['a/node', { labels: { undeprecated: 'true' } }],
    ['a/node', { summary: 'Finds uses of deprecated Kubernetes APIs' }],
    ['a/node', { summary: 'Node.js, not deprecated yet' }],
    ['archive/node', {}],
    ['a/geology-node/node', {}],
  ])('but not %s %j', (name, fields) => {
    expect(listed('/node', [name, { ...fields, pushedAtMs: 9_000 }], ['b/x/y/node'])[0]).toBe(name);
  });
});

describe('words that only hold a sentence together must be there, and count for nothing', () => {
  test.each(['docker in docker', 'docker docker', 'in docker docker'])('`%s` is judged by `docker` alone', (typed) => {
    const given: Given[] = [
      ['mirror/docker.io/jenkins/inbound-agent', { pushedAtMs: 9_000 }],
      ['mirror/docker.io/library/docker', { summary: 'Docker engine, also Docker in Docker' }],
    ];
    expect(listed(typed, ...given)[0]).toBe('mirror/docker.io/library/docker');
  });

  test('but where there is no other word they are searched as any', () => {
    expect(listed('in', ['team/login'], ['in'])).toEqual(['in', 'team/login']);
    expect(listed('docker in', ['docker'])).toEqual([]);
  });
});

test('charts are listed in order however many images are relied on more', () => {
  const engine = createPromptEngine({ few: 0 });
  const named = (kind: string) => Array.from({ length: 1_500 }, (_, i) => `${kind}/app-${1_000 + i}`);
  for (const name of named('images')) engine.upsert(searchRecord(name));
  for (const name of named('charts')) engine.upsert(searchRecord(name, { types: ['helm'] }));
  const page = atOnce(engine.search({ ...textQuery(''), query: parseQuery('type:helm', 0), limit: 3 }));
  expect(page.total).toBe(1_500);
  expect(namesOf(page)).toEqual(['charts/app-1000', 'charts/app-1001', 'charts/app-1002']);
});

test('of thousands that fit equally well behind thousands that do not, the first are those that all others come after', () => {
  const engine = createPromptEngine();
  for (let i = 0; i < 3_000; i += 1) engine.upsert(searchRecord(`shallow/${i}`));
  const records = Array.from({ length: 5_000 }, (_, i) =>
    // Some are less deep, and many were pushed at the same time.
    searchRecord(`very/deep/${i % 7 === 0 ? '' : 'er/'}x${i}/sought`, { pushedAtMs: 1_000 + ((i * 7_919) % 400) }),
  );
  for (const record of records) engine.upsert(record);
  const depthOf = (name: string) => name.split('/').length;
  const sorted = records.toSorted(
    (a, b) => depthOf(a.name) - depthOf(b.name) || b.pushedAtMs - a.pushedAtMs || (a.name < b.name ? -1 : 1),
  );
  const page = atOnce(engine.search(textQuery('sought')));
  expect(page.total).toBe(5_000);
  expect(namesOf(page)).toEqual(sorted.slice(0, 100).map(({ name }) => name));
});
