import { describe, expect, test } from '@jest/globals';
import type { RepositoryRecord } from '../../../../src/dynamodb/records/record.ts';
import type { SearchPage, Visibility } from '../../../../src/search/api.ts';
import { printHint } from '../../../../src/search/query/hint.ts';
import { parseQuery } from '../../../../src/search/query/parse.ts';
import { printQuery } from '../../../../src/search/query/print.ts';
import { ALL, atOnce, createPromptEngine, namesOf, textQuery } from '../../../support/search/search-queries.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 1_000 * DAY_MS;
const NODE_22 = `sha256:${'a1'.repeat(32)}`;
const NODE_20 = `sha256:${'b2'.repeat(32)}`;
const OTHER = `sha256:${'c3'.repeat(32)}`;

function tag(name: string, digest = OTHER, platforms = ['linux/amd64', 'linux/arm64']) {
  return { name, digest, pushedAtMs: NOW_MS - DAY_MS, platforms };
}

function repository(name: string, tags: readonly ReturnType<typeof tag>[], fields: Partial<RepositoryRecord> = {}) {
  return searchRecord(name, {
    platforms: ['linux/amd64', 'linux/arm64'],
    tags: [...tags],
    pushedAtMs: NOW_MS - DAY_MS,
    ...fields,
  });
}

const RECORDS = [
  repository('base/node', [tag('22', NODE_22), tag('22-alpine'), tag('20', NODE_20)], { labels: { team: 'platform' } }),
  repository('base/nginx', [tag('1.27'), tag('1.26')]),
  repository('ci/builder-node', [tag('3')], {
    labels: { 'base.name': 'registry.acme.example/base/node:22', team: 'ci' },
  }),
  repository('mirror/docker.io/library/nginx', [tag('1.27.2-alpine'), tag('latest')]),
  repository('mirror/docker.io/nginx/nginx-prometheus-exporter', [tag('1.3.0')]),
  repository('mirror/quay.io/keycloak/keycloak', [tag('26.0')]),
  repository('payments/payment-api', [tag('2026.10')], { labels: { team: 'payments', 'base.digest': NODE_22 } }),
  repository('charts/redis', [tag('19.0.1')], { types: ['helm'] }),
  repository('mirror/docker.io/bitnami/redis', [tag('7.4')]),
  repository('tools/policy', [tag('v1')], { types: ['application/vnd.cncf.openpolicyagent.policy.layer.v1+rego'] }),
  repository('app', [tag('RC1'), tag('rc2')]),
  repository('secret/vault', [tag('9.9', OTHER, ['linux/s390x'])], {
    isPrivate: true,
    labels: { team: 'hidden', clearance: 'top' },
    platforms: ['linux/s390x'],
    types: ['application/vnd.secret.thing'],
  }),
];

function ask(typed: string, visibility: Visibility = ALL): SearchPage {
  const engine = createPromptEngine();
  for (const record of RECORDS) engine.upsert(record);
  return atOnce(engine.search({ ...textQuery(''), query: parseQuery(typed, NOW_MS), visibility }));
}

function hintsOf({ hints }: SearchPage): string {
  return hints.map(printHint).join('\n');
}

describe('a reference that was pasted finds its repository', () => {
  test.each<[string, string[], string]>([
    ['nginx:1.27', ['base/nginx'], 'name:nginx tag:1.27'],
    ['base/node:22', ['base/node'], 'name:base/node tag:22'],
    ['registry.acme.example:5000/base/node:22', ['base/node'], 'name:base/node tag:22'],
    [`registry.acme.example:5000/base/node:22@${NODE_22}`, ['base/node'], `name:base/node digest:${NODE_22} tag:22`],
    [`base/node@${NODE_20}`, ['base/node'], `name:base/node digest:${NODE_20}`],
    ['docker pull nginx:1.27', ['base/nginx'], 'name:nginx tag:1.27'],
    ['docker run nginx', ['base/nginx', 'mirror/docker.io/library/nginx'], 'name:nginx'],
    ['podman pull nginx', ['base/nginx', 'mirror/docker.io/library/nginx'], 'name:nginx'],
    ['docker run -it --rm -v a:b base/node:22 node', ['base/node'], 'name:base/node tag:22'],
    ['podman run --rm registry.acme.example/base/node:20 sh', ['base/node'], 'name:base/node tag:20'],
    ['FROM base/node:22 AS build', ['base/node'], 'name:base/node tag:22'],
    ['image: "base/node:22"', ['base/node'], 'name:base/node tag:22'],
    [
      'helm pull oci://r.example/charts/redis --version 19.0.1',
      ['charts/redis'],
      'name:charts/redis type:helm tag:19.0.1',
    ],
    ['kubectl set image deploy/web web=base/nginx:1.26', ['base/nginx'], 'name:base/nginx tag:1.26'],
    ['skopeo copy docker://r.example/base/nginx:1.26 dir:x', ['base/nginx'], 'name:base/nginx tag:1.26'],
    ['https://r.example/v2/base/node/manifests/22', ['base/node'], 'name:base/node tag:22'],
    [`https://r.example/v2/base/node/manifests/${NODE_20}`, ['base/node'], `name:base/node digest:${NODE_20}`],
    [`docker-pullable://r.example/base/node@${NODE_22}`, ['base/node'], `name:base/node digest:${NODE_22}`],
    ['docker.io/nginx', ['mirror/docker.io/library/nginx'], 'name:docker.io/library/nginx'],
    ['docker.io/library/nginx', ['mirror/docker.io/library/nginx'], 'docker.io/library/nginx'],
    ['quay.io/keycloak/keycloak:26.0', ['mirror/quay.io/keycloak/keycloak'], 'name:quay.io/keycloak/keycloak tag:26.0'],
    ['ghcr.io/someone/redis', ['mirror/docker.io/bitnami/redis', 'charts/redis'], 'name:redis'],
    ['App:RC1', ['app'], 'name:app tag:RC1'],
    ['Failed to pull image "r.example/base/node:22": not found', ['base/node'], 'name:base/node tag:22'],
    [NODE_20.slice(7), ['base/node'], `digest:${NODE_20}`],
    [NODE_20, ['base/node'], `digest:${NODE_20}`],
    [NODE_20.slice(7, 19), ['base/node'], `digest:${NODE_20.slice(0, 19)}`],
    ['arch:arm64 base/node:22', ['base/node'], 'name:base/node arch:arm64 tag:22'],
  ])('%s', (typed, names, interpreted) => {
    const page = ask(typed);
    expect(namesOf(page).sort()).toEqual(names.toSorted());
    expect(printQuery(page.interpreted).split(' ').sort()).toEqual(interpreted.split(' ').sort());
    expect(parseQuery(printQuery(page.interpreted), NOW_MS)).toEqual(page.interpreted);
  });

  test('and says that others name it in a text, who are found in quotes', () => {
    expect(hintsOf(ask('base/node:22'))).toContain('1 more name "base/node:22" in a text or a label');
    expect(namesOf(ask('"base/node:22"'))).toEqual(['ci/builder-node']);
  });

  test('with tags that begin with its own, where it has no such tag', () => {
    const page = ask('keycloak:26');
    expect(namesOf(page)).toEqual(['mirror/quay.io/keycloak/keycloak']);
    expect(printQuery(page.interpreted)).toBe('name:keycloak tag:26.*,26-*');
    expect(hintsOf(page)).toContain('keycloak has no tag 26');
  });

  test.each([
    ['base/node:99', 'base/node', 'base/node has no tag 99'],
    [`base/node@${OTHER.replaceAll('c3', 'd4')}`, 'base/node', 'base/node has no tag with the digest'],
    ['docker pull r.example/base/node:99', 'base/node', 'base/node has no tag 99'],
  ])('without its tag or digest where it has none, and says so: %s', (typed, name, hint) => {
    const page = ask(typed);
    expect(namesOf(page)).toEqual([name]);
    expect(hintsOf(page)).toContain(hint);
  });

  test('by its digest where its tag is another by now', () => {
    const page = ask(`base/node:99@${NODE_20}`);
    expect(printQuery(page.interpreted)).toBe(`name:base/node digest:${NODE_20}`);
    expect(hintsOf(page)).toContain('base/node has no tag 99');
  });

  test('unless the text stands in the index where there is no such repository', () => {
    expect(namesOf(ask('acme.example/base/node:22'))).toEqual(['base/node']);
    expect(namesOf(ask('example/base/node:22'))).toEqual(['ci/builder-node']);
  });

  test('in texts, where no tag has a digest', () => {
    const page = ask(`digest:${NODE_22.slice(7)} -ns:base`);
    expect(namesOf(page)).toEqual(['payments/payment-api']);
    expect(hintsOf(page)).toContain('no tag has the digest');
  });
});

describe('a word with a colon that is no filter', () => {
  test.each([
    ['team:payments', ['payments/payment-api'], 'label:team=payments'],
    ['chart:redis', ['charts/redis'], 'chart redis'],
  ])('%s', (typed, names, interpreted) => {
    const page = ask(typed);
    expect(namesOf(page)).toEqual(names);
    expect(printQuery(page.interpreted)).toBe(interpreted);
  });
});

describe('fewer words', () => {
  test('are searched where nothing has all of them, and it says without which', () => {
    const page = ask('payment xyzzyplugh');
    expect(namesOf(page)).toEqual(['payments/payment-api']);
    expect(page.relaxed).toEqual([{ kind: 'word', typed: 'xyzzyplugh' }]);
    expect(hintsOf(page)).toContain('"xyzzyplugh"');
  });

  test.each(['payment nginx', 'nginx payment'])(
    '%s has what is called so, though fewer have the other word',
    (typed) => {
      const page = ask(typed);
      expect(namesOf(page).slice(0, 2)).toEqual(['base/nginx', 'mirror/docker.io/library/nginx']);
      expect(page.relaxed).toEqual([{ kind: 'word', typed: 'payment' }]);
    },
  );

  test.each(['xyzzyplugh', 'xyzzyplugh image', 'payment qqqq wwww eeee'])('%s is too little to go by', (typed) => {
    const page = ask(typed);
    expect(page.total).toBe(0);
    expect(page.hints.length).toBeGreaterThan(0);
  });
});

describe('filters', () => {
  test.each<[string, string[]]>([
    ['arch:linux/arm64 payment', ['payments/payment-api']],
    ['platform:linux/arm64 payment', ['payments/payment-api']],
    ['platform:arm64 payment', ['payments/payment-api']],
    ['platform:linux payment', ['payments/payment-api']],
    ['arch:linux payment', ['payments/payment-api']],
    ['os:linux/arm64 payment', ['payments/payment-api']],
    ['arch:riscv64,arm64 payment', ['payments/payment-api']],
    ['arch:s390x,ppc64le', ['secret/vault']],
    ['arch:aarch64,x86_64 payment', ['payments/payment-api']],
    ['type:chart', ['charts/redis']],
    ['type:Charts', ['charts/redis']],
    ['type:helm', ['charts/redis']],
    ['type:container payment', ['payments/payment-api']],
    ['type:artifact', ['tools/policy', 'secret/vault']],
    ['type:rego', ['tools/policy']],
    ['type:policy', ['tools/policy']],
    ['type:helm,rego', ['charts/redis', 'tools/policy']],
    ['ns:/base', ['base/node', 'base/nginx']],
    ['ns:base/', ['base/node', 'base/nginx']],
    ['ns:base/*', ['base/node', 'base/nginx']],
    ['ns:base/**', ['base/node', 'base/nginx']],
    ['ns:/base/*', ['base/node', 'base/nginx']],
    ['namespace:base', ['base/node', 'base/nginx']],
    ['ns:b*', ['base/node', 'base/nginx']],
    ['ns:base,charts', ['base/node', 'base/nginx', 'charts/redis']],
    ['ns:mirror/*/library', ['mirror/docker.io/library/nginx']],
    ['label:team=pay*', ['payments/payment-api']],
    ['label:team=*form', ['base/node']],
    ['label:team=payments,ci', ['payments/payment-api', 'ci/builder-node']],
    ['label:team=payments,team=ci', ['payments/payment-api', 'ci/builder-node']],
    ['label:team=* -ns:base', ['payments/payment-api', 'ci/builder-node', 'secret/vault']],
    ['tag:*-alpine', ['base/node', 'mirror/docker.io/library/nginx']],
    ['tag:1.2?', ['base/nginx']],
    ['tag:1.27,19.0.1', ['base/nginx', 'charts/redis']],
    ['tag:RC*,v*', ['app', 'tools/policy']],
    ['name:node', ['base/node']],
    ['name:base/node,charts/redis', ['base/node', 'charts/redis']],
    ['name:/base/node/', ['base/node']],
    ['repo:base/node', ['base/node']],
    ['signed:true', []],
    ['signed:false name:app', ['app']],
    [`digest:${NODE_20.slice(7)},${NODE_22.slice(7)}`, ['base/node']],
  ])('%s', (typed, names) => {
    expect(namesOf(ask(typed)).sort()).toEqual(names.toSorted());
  });

  test.each([
    ['arch:arm65', 'no repository has arch:arm65; known: amd64, arm64, s390x'],
    ['payment arch:arm65', 'no repository has arch:arm65; known: amd64, arm64, s390x'],
    ['os:windows', 'no repository has os:windows; known: linux'],
    ['arch:windows/amd64', 'no repository has arch:windows/amd64; known: linux/amd64, linux/arm64, linux/s390x'],
    [
      'type:wasm',
      'known: application/vnd.cncf.openpolicyagent.policy.layer.v1+rego, application/vnd.secret.thing, helm, image',
    ],
    ['label:team=nobody', 'no repository has label:team=nobody; known: ci, hidden, payments, platform'],
    ['label:owner', 'no repository has label:owner; known: team, base.digest, base.name, clearance'],
    ['ns:nowhere', 'no repository has ns:nowhere; known: base, charts, ci, mirror, payments, secret, tools'],
    ['tag:1.99', 'no repository has tag:1.99; known: 1.26, 1.27'],
    ['tag:zzz', 'no repository has tag:zzz'],
    ['signed:yes', 'no repository has signed:yes; leave it out'],
    ['pushed:>2y', 'no repository has pushed:<'],
    [`digest:${'0'.repeat(64)}`, 'no repository has digest:sha256:000'],
    ['name:nothing', 'nothing'],
    ['tag:1.27 arch:arm64 label:team=ci', 'nothing has'],
    ['node -ns:base -ns:ci', 'nothing has -ns:base as well; without it there is 1 repository'],
    ['payment -payment', 'nothing has -payment as well; without it there is 1 repository'],
    ['docker pull xyzzyplugh:1', 'there is no repository xyzzyplugh'],
    ['r.example/xyzzyplugh:1 arch:arm65', 'no repository has arch:arm65'],
    ['base/node:22 -ns:base -ns:ci -label:base.digest', 'nothing has -ns:base as well'],
    ['foo:bar', '"foo:bar" was searched as text; filters are tag: arch:'],
  ])('%s finds nothing, and says why', (typed, hint) => {
    const page = ask(typed);
    expect(page.total).toBe(0);
    expect(hintsOf(page)).toContain(hint);
  });

  test('an empty index says that there is nothing to be seen', () => {
    const page = atOnce(createPromptEngine().search(textQuery('x')));
    expect(page.hints).toEqual([{ kind: 'nothingVisible' }]);
  });
});

describe('what may not be seen', () => {
  const PUBLIC: Visibility = [{ names: undefined, showPrivate: false }];
  const HIDDEN = /secret|vault|hidden|clearance|s390x|9\.9|\.thing/;

  test.each([
    'arch:arm65',
    'os:windows',
    'type:wasm',
    'label:team=nobody',
    'label:owner',
    'ns:nowhere',
    'tag:9.8',
    'tag:9.9',
    'vualt',
    'vault:9.9',
    'secret/vault:1',
    'docker pull secret/vault:9.9',
    'vault node',
    'team:hidden',
    'label:clearance=top',
    'name:vault',
    'ns:secret',
    'arch:s390x',
    'r.example/secret/vault',
  ])('is in no hint of %s beyond what was typed', (typed) => {
    const page = ask(typed, PUBLIC);
    const told = `${namesOf(page).join()} ${JSON.stringify(page.relaxed)} ${hintsOf(page)}`;
    const words = typed
      .toLowerCase()
      .split(/[^a-z0-9.]+/)
      .filter((word) => word !== '');
    const beyond = words.reduce((text, word) => text.replaceAll(word, ''), told.toLowerCase());
    expect(beyond).not.toMatch(HIDDEN);
  });

  test('makes the same answer as what is not there', () => {
    const without = createPromptEngine();
    for (const record of RECORDS) if (!record.isPrivate) without.upsert(record);
    for (const typed of [
      'vault:9.9',
      'secret/vault',
      'arch:s390x',
      'label:clearance=top',
      'vualt',
      'team:hidden',
      'tag:9.9',
    ]) {
      const query = parseQuery(typed, NOW_MS);
      expect(ask(typed, PUBLIC)).toEqual(atOnce(without.search({ ...textQuery(''), query, visibility: PUBLIC })));
    }
  });
});

describe('a word that nothing has as it was typed says which tag is meant', () => {
  test.each([
    ['nginx1.26', 'base/nginx', 'nginx 1.26'],
    ['nginx-1.27', 'base/nginx', 'nginx 1.27'],
    ['keycloak26', 'mirror/quay.io/keycloak/keycloak', 'keycloak 26'],
    ['payment-api2026.10', 'payments/payment-api', 'payment-api 2026.10'],
  ])('%s: %s has the version that stands in it', (typed, name, meant) => {
    const page = ask(typed);
    expect(namesOf(page)).toContain(name);
    expect(page.relaxed).toContainEqual({ kind: 'separators', typed, meant });
  });

  test.each([
    ['nginx alpine', ['mirror/docker.io/library/nginx']],
    ['alpine nginx', ['mirror/docker.io/library/nginx']],
    ['node alpine', ['base/node']],
  ])('%s: the variant of %j', (typed, names) => {
    const page = ask(typed);
    expect(namesOf(page)).toEqual(names);
    expect(page.relaxed).toEqual([{ kind: 'variant', typed: 'alpine' }]);
    expect(hintsOf(page)).toContain('"alpine" was read as a part of a tag, as in tag:*-alpine');
  });

  test('a version that no tag has is told, and the names are found', () => {
    const page = ask('nginx9.9');
    expect(namesOf(page)).toContain('base/nginx');
    expect(page.relaxed).toEqual([
      { kind: 'separators', typed: 'nginx9.9', meant: 'nginx 9.9' },
      { kind: 'tag', tag: '9.9', name: 'nginx' },
    ]);
  });

  test('a variant that no tag has is left out, and a word that is none is not looked for in tags', () => {
    expect(ask('nginx bookworm').relaxed).toEqual([{ kind: 'word', typed: 'bookworm' }]);
    expect(ask('nginx 2-alpine').relaxed.map(({ kind }) => kind)).not.toContain('variant');
  });

  test('a variant of what may not be seen is told of to nobody', () => {
    const page = ask('vault alpine', [{ names: undefined, showPrivate: false }]);
    expect(namesOf(page)).not.toContain('secret/vault');
  });
});

test.each([
  'helm chart redis',
  'helm pull redis',
  'helm install cache redis --version 19.0.1',
  'helm show values redis',
])('`%s` names a chart, however many images are called so', (typed) => {
  expect(namesOf(ask(typed))).toEqual(['charts/redis']);
});
