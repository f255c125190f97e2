import { describe, expect, test } from '@jest/globals';
import type { RepositoryRecord } from '../../../../src/dynamodb/records/record.ts';
import type { SearchQuery } from '../../../../src/search/api.ts';
import { parseQuery } from '../../../../src/search/query/parse.ts';
import { atOnce, createPromptEngine, namesOf, textQuery } from '../../../support/search/search-queries.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

type Given = readonly [name: string, fields?: Partial<RepositoryRecord>];

/** What a search for a query lists, in order, by lists of the index and by looking at each repository. */
function listed(query: string, given: readonly Given[], asked: Partial<SearchQuery> = {}): string[] {
  const [byLists, oneByOne] = [0, 1_000].map((few) => {
    const engine = createPromptEngine({ few });
    for (const [name, fields] of given) engine.upsert(searchRecord(name, fields));
    return namesOf(atOnce(engine.search({ ...textQuery(''), query: parseQuery(query, 0), ...asked })));
  });
  expect(byLists).toEqual(oneByOne);
  return byLists ?? [];
}

function tagged(...names: readonly string[]): Partial<RepositoryRecord> {
  return { tags: names.map((name) => ({ name, digest: 'sha256:00', pushedAtMs: 1_000, platforms: undefined })) };
}

const CHART = { types: ['helm'] };

describe('a repository is judged by all words of a query', () => {
  test.each<[query: string, best: Given, worse: Given]>([
    // The worst word of both fits as badly; the other word decides.
    ['payments api', ['payments/gateway', { summary: 'The API' }], ['shop/repayments', { summary: 'The API' }]],
    ['node exporter', ['prom/node-exporter'], ['tools/my-node/metrics-exporter']],
    ['nginx exporter', ['platform/nginx-exporter'], ['web/nginx-proxy', { summary: 'with an exporter' }]],
    [
      'database backup',
      ['platform/backup', { summary: 'Dumps of every database' }],
      ['data/etl', { summary: 'backup of a database' }],
    ],
    [
      'redis sentinel cache',
      ['cache/redis', { summary: 'with sentinel' }],
      ['x/redis-tools', { summary: 'cache, sentinel' }],
    ],
  ])('%s: %j before %j', (query, best, worse) => {
    const later = { ...worse[1], pushedAtMs: 9_000 };
    expect(listed(query, [best, [worse[0], later]])).toEqual([best[0], worse[0]]);
  });

  test('a whole component of the name outweighs a word inside another', () => {
    const given: Given[] = [['team/go', { summary: 'compiler' }], ['compiler/mongo'], ['compilers/cargo']];
    expect(listed('go compiler', given)).toEqual(['compiler/mongo', 'compilers/cargo', 'team/go']);
  });

  test('of a sentence the four longest words count, and all are wanted', () => {
    const given: Given[] = [
      ['grafana/dashboards', { summary: 'the production monitoring of a team' }],
      ['of/the/a', { summary: 'grafana dashboards, monitoring production' }],
      ['grafana', { summary: 'dashboards' }],
    ];
    expect(listed('the dashboards of a production monitoring grafana', given)).toEqual([
      'grafana/dashboards',
      'of/the/a',
    ]);
  });
});

describe('a repository that is exactly what was typed is first whatever else was typed with it', () => {
  test.each([
    ['nginx latest', 'nginx'],
    ['latest nginx', 'nginx'],
    ['base/node image', 'base/node'],
    ['base/node 22', 'base/node'],
    ['node base/node', 'base/node'],
    ['tools image for base/node', 'base/node'],
  ])('%s', (query, name) => {
    const summary = 'nginx and node, tools for base/node';
    const others: Given[] = ['latest/nginx', 'images/node-22/base/node', 'image/tools/base/node/22'].map((other) => [
      other,
      { ...tagged('latest', '22', '22.1', 'x', 'y', 'z'), summary, pushedAtMs: 9_000 },
    ]);
    const [first] = listed(query, [...others, [name, { ...tagged('latest', '22'), summary }]]);
    expect(first).toBe(name);
  });
});

describe('keys of labels are no text, and addresses the least', () => {
  const org = 'org.opencontainers.image';

  test('a word of keys finds nothing', () => {
    const labels = { [`${org}.title`]: 'web', 'com.acme.team': 'shop' };
    for (const word of ['opencontainers', 'acme', 'title', 'com.acme', 'image.title', 'team']) {
      expect(listed(word, [['a/b', { types: [], labels }]])).toEqual([]);
    }
    expect(listed('label:com.acme.team', [['a/b', { labels }]])).toEqual(['a/b']);
    expect(listed('shop', [['a/b', { labels }]])).toEqual(['a/b']);
  });

  test('a value of one label and the key of the next are not one text', () => {
    expect(listed('"shop org"', [['a/b', { labels: { a: 'shop', [`${org}.x`]: 'y' } }]])).toEqual([]);
  });

  test.each([
    [`${org}.source`, 'https://git.acme.example/payments/ledger'],
    [`${org}.url`, 'git.acme.example/payments'],
    [`${org}.documentation`, 'wiki/payments'],
    [`${org}.base.name`, 'registry.acme.example/payments/base:1'],
    ['org.label-schema.vcs-url', 'git@git.acme.example:payments/ledger'],
    ['helm.sh/home', 'payments.acme.example'],
    ['com.acme.chat', 'slack://payments'],
  ])('%s=%s comes after what says the word anywhere else', (key, value) => {
    const text: Given = ['z/z/z', { summary: 'subpayments' }];
    for (const word of ['payments', 'payment', 's', 'ay']) {
      expect(listed(word, [['a', { labels: { [key]: value }, pushedAtMs: 9_000 }], text])).toEqual(['z/z/z', 'a']);
    }
  });
});

describe('a word means a tag as well', () => {
  const POSTGRES: Given[] = [
    ['mirror/postgres', tagged('15', '16', '16-alpine')],
    ['old/postgres', tagged('9.6', '160')],
    ['x/postgres-tools', { ...tagged('1.0'), labels: { port: '5416' }, pushedAtMs: 9_000 }],
  ];

  test.each<[query: string, given: readonly Given[], expected: readonly string[]]>([
    ['postgres 16', POSTGRES, ['mirror/postgres', 'x/postgres-tools']],
    [
      'java 17',
      [
        ['base/java', tagged('17')],
        ['distroless/java17', tagged('nonroot')],
      ],
      ['base/java', 'distroless/java17'],
    ],
    [
      'ubuntu 22.04',
      [
        ['base/ubuntu', tagged('22.04', '24.04')],
        ['x/ubuntu', tagged('24.04')],
      ],
      ['base/ubuntu'],
    ],
    [
      'ubuntu 22',
      [
        ['base/ubuntu', tagged('22.04')],
        ['x/ubuntu', tagged('222')],
      ],
      ['base/ubuntu'],
    ],
    [
      'nginx latest',
      [
        ['a/nginx', tagged('latest')],
        ['b/nginx', tagged('1.27')],
      ],
      ['a/nginx'],
    ],
    [
      'redis 7',
      [
        ['a/redis', tagged('7-alpine')],
        ['b/redis', tagged('7_1')],
        ['c/redis', tagged('77')],
      ],
      ['a/redis', 'b/redis'],
    ],
    [
      'python 3.12',
      [
        ['a/python', tagged('3.12-slim')],
        ['b/python', tagged('3.1', '3.120')],
      ],
      ['a/python'],
    ],
    [
      'app v1.2',
      [
        ['a/app', tagged('1.2.3')],
        ['b/app', tagged('v1.2')],
        ['c/app', tagged('v1.20')],
      ],
      ['a/app', 'b/app'],
    ],
    [
      'app 1.2',
      [
        ['a/app', tagged('v1.2.3')],
        ['b/app', tagged('v2')],
      ],
      ['a/app'],
    ],
    [
      'minio release',
      [
        ['a/minio', tagged('RELEASE.2024-01-01T00-00-00Z')],
        ['b/minio', tagged('releases')],
      ],
      ['a/minio'],
    ],
    [
      'app V2-RC1',
      [
        ['a/app', tagged('v2-RC1')],
        ['b/app', tagged('v2-RC10')],
      ],
      ['a/app'],
    ],
    [
      'chart 1.0.0+build.5',
      [
        ['charts/web', tagged('1.0.0_build.5')],
        ['charts/api', tagged('1.0.0')],
      ],
      ['charts/web'],
    ],
    [
      'app 1.0.0',
      [
        ['a/app', tagged('1.0.0_build.5')],
        ['b/app', tagged('1.0.01')],
      ],
      ['a/app'],
    ],
  ])('%s', (query, given, expected) => {
    expect(listed(query, given)).toEqual(expected);
  });

  test('that is in names as well, and keeps both meanings', () => {
    const given: Given[] = [
      ['team/dev', tagged('1')],
      ['team/api', tagged('dev')],
      ['team/web', tagged('dev-3')],
      ['team/x', { ...tagged('1'), summary: 'for dev' }],
    ];
    expect(listed('dev', given)).toEqual(['team/dev', 'team/api', 'team/web', 'team/x']);
  });

  test('but an excluded word is a text alone, and a part of a tag is none', () => {
    const given: Given[] = [
      ['a/app', tagged('latest')],
      ['b/app', tagged('dev')],
      ['c/app-latest', tagged('dev')],
    ];
    expect(listed('app -latest', given)).toEqual(['a/app', 'b/app']);
    expect(listed('late', [['a/app', tagged('latest')]])).toEqual([]);
  });

  test('for as long as a repository has the tag', () => {
    const engine = createPromptEngine();
    const found = () => {
      const page = atOnce(engine.search({ ...textQuery(''), query: parseQuery('app 16', 0) }));
      return page.relaxed.length === 0 ? namesOf(page) : [];
    };
    engine.upsert(searchRecord('a/app', tagged('16')));
    engine.upsert(searchRecord('b/app', tagged('15')));
    expect(found()).toEqual(['a/app']);
    engine.upsert(searchRecord('b/app', tagged('15', '16.1')));
    engine.upsert(searchRecord('a/app', tagged('17')));
    expect(found()).toEqual(['b/app']);
    engine.remove('b/app');
    expect(found()).toEqual([]);
  });

  test('a filter on tags minds their case', () => {
    const given: Given[] = [
      ['a/app', tagged('V1.2')],
      ['b/app', tagged('v1.2')],
      ['c/app', tagged('V1.3', 'v1.3')],
    ];
    expect(listed('tag:v1*', given)).toEqual(['c/app', 'b/app']);
    expect(listed('tag:V1*', given)).toEqual(['c/app', 'a/app']);
    expect(listed('tag:v1.2', given)).toEqual(['b/app']);
  });
});

describe('a word means a kind of thing as well', () => {
  test.each([
    ['node image', 'base/node'],
    ['node images', 'base/node'],
    ['container node', 'base/node'],
    ['helm redis', 'x/redis'],
    ['redis chart', 'x/redis'],
    ['redis charts', 'x/redis'],
  ])('%s', (query, name) => {
    const given: Given[] = [['base/node'], ['a/node', CHART], ['y/redis'], ['x/redis', CHART]];
    expect(listed(query, given)).toEqual([name]);
  });

  test('whatever its name says comes first', () => {
    const given: Given[] = [['ci/helm'], ['charts/web', CHART], ['ci/helm-publisher'], ['x/overwhelming']];
    expect(listed('helm', given)).toEqual(['ci/helm', 'ci/helm-publisher', 'charts/web', 'x/overwhelming']);
  });
});

describe('for clients that pull images alone', () => {
  const given: Given[] = [
    ['charts/redis', { ...CHART, ...tagged('1', '2', '3') }],
    ['mirror/docker.io/bitnami/redis-cluster'],
    ['team/predis'],
    ['web/cache', { summary: 'A Redis' }],
  ];
  const [chart, ...images] = given.map(([name]) => name);
  const asked = { prefer: 'images' } as const;

  test('charts come after images with the word in their names, and before all others', () => {
    expect(listed('redis', given)[0]).toBe(chart);
    expect(listed('redis', given, asked)).toEqual([...images.slice(0, 2), chart, images[2]]);
  });

  test.each(['redis type:helm', 'redis chart', 'redis charts', 'helm redis', 'redis -type:image'])(
    'unless they ask for them: %s',
    (query) => {
      const all: Given[] = [...given, ['x/helm-charts-redis-image', { pushedAtMs: 9_000 }]];
      expect(listed(query, all, asked)).toEqual(listed(query, all));
    },
  );

  test('page by page the same, backwards too, and by lists as one by one', () => {
    const many: Given[] = Array.from({ length: 40 }, (_, i) => [`team-${i % 7}/redis-${i}`, i % 3 === 0 ? CHART : {}]);
    const pages = [0, 1_000].map((few) => {
      const engine = createPromptEngine({ few });
      for (const [name, fields] of many) engine.upsert(searchRecord(name, fields));
      const query = { ...textQuery('redis', { limit: 7 }), ...asked };
      const shown: string[] = [];
      for (let page = atOnce(engine.search(query)); ; ) {
        shown.push(...namesOf(page));
        if (page.next === undefined) break;
        page = atOnce(engine.search({ ...query, start: { kind: 'cursor', cursor: page.next } }));
      }
      const backwards = atOnce(engine.search({ ...query, limit: 100, sort: { by: 'relevance', reverse: true } }));
      expect(namesOf(backwards).toReversed()).toEqual(shown);
      return shown;
    });
    expect(pages[0]).toEqual(pages[1]);
    expect(pages[0]).toHaveLength(40);
    expect(pages[0]?.slice(0, 26).every((name) => Number(name.split('-').at(-1)) % 3 !== 0)).toBe(true);
  });
});

test('a word that means very many tags finds what has one of them as it is now', () => {
  const engine = createPromptEngine();
  const found = () => namesOf(atOnce(engine.search({ ...textQuery(''), query: parseQuery('2', 0) }))).sort();
  const names = Array.from({ length: 40 }, (_, i) => `app-${String.fromCharCode(97 + (i % 26))}/${'x'.repeat(1 + i)}`);
  for (const [i, name] of names.entries()) engine.upsert(searchRecord(name, tagged(`v2.${i}`)));
  expect(found()).toEqual(names.toSorted());
  engine.upsert(searchRecord(names[0] ?? '', tagged('3.0')));
  engine.upsert(searchRecord('late', tagged('2-alpine')));
  engine.remove(names[1] ?? '');
  expect(found()).toEqual([...names.slice(2), 'late'].sort());
});
