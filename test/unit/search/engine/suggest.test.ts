import { describe, expect, test } from '@jest/globals';
import { createChance, randomRecord, randomVisibility } from '../../../support/search/random-search.ts';
import { createSearchOracle } from '../../../support/search/search-oracle.ts';
import { ALL, atOnce, createPromptEngine } from '../../../support/search/search-queries.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

function suggesting(...repositories: readonly (string | [string, Parameters<typeof searchRecord>[1]])[]) {
  const engine = createPromptEngine();
  for (const one of repositories) engine.upsert(typeof one === 'string' ? searchRecord(one, {}) : searchRecord(...one));
  return (prefix: string, limit = 10, visibility = ALL) => atOnce(engine.suggest({ prefix, limit, visibility }));
}

describe('suggestions', () => {
  test('complete a component of a name, best first, then what is inside of a name, and only what may be seen', () => {
    const suggest = suggesting('pay', 'team/payments', 'payroll/x', 'repay', ['pay-secret', { isPrivate: true }]);
    const open = [{ names: undefined, showPrivate: false }];
    expect(suggest('Pay', 10, open)).toEqual(['pay', 'payroll/x', 'team/payments', 'repay']);
    expect(suggest('pay', 1)).toEqual(['pay']);
    expect(suggest('', 10)).toEqual([]);
    expect(suggest(' \t ', 10)).toEqual([]);
  });

  test.each([
    ['base ng', ['base/nginx']],
    ['ng base', ['base/nginx']],
    ['base ng ', ['base/nginx']],
    ['  BASE   NG', ['base/nginx']],
    ['base/ng', ['base/nginx']],
    ['gin', ['base/nginx']],
    ['exporter', ['ops/node-exporter']],
    ['ngnix', ['base/nginx']],
    ['base ngnix', ['base/nginx']],
    ['ngni', ['base/nginx']],
    ['promteh', ['ops/prometheus']],
    ['nodeexp', ['ops/node-exporter']],
    ['node_exp', ['ops/node-exporter']],
    ['kubernetes', ['ops/k8s']],
    ['base zzz', []],
    ['qqq', []],
  ])('of %j are %j', (typed, names) => {
    const suggest = suggesting('base/nginx', 'base/node', 'ops/node-exporter', 'ops/prometheus', 'ops/k8s');
    expect(suggest(typed)).toEqual(names);
  });

  test('are names that have the words, not repositories whose texts have them', () => {
    const suggest = suggesting(['a', { summary: 'nginx' }], ['b/nginx', {}], ['nginx/c', { summary: 'base' }]);
    expect(suggest('nginx')).toEqual(['b/nginx', 'nginx/c']);
    expect(suggest('nginx base')).toEqual([]);
  });

  test('are names that have the words, not repositories whose tags or types do', () => {
    const tags = [{ name: 'latest', digest: `sha256:${'0'.repeat(64)}`, pushedAtMs: 1, platforms: undefined }];
    const suggest = suggesting(['a/x', { tags, types: ['helm'] }], ['b/latest-news', { tags }], 'c/chart');
    expect(suggest('latest')).toEqual(['b/latest-news']);
    expect(suggest('chart')).toEqual(['c/chart']);
  });

  test('are found behind many repositories whose texts have the words', () => {
    const texts = Array.from({ length: 50 }, (_, at): [string, object] => [`base/x${at}`, { summary: 'gateway' }]);
    expect(suggesting(...texts, 'a/based-gateways')('base gateway', 3)).toEqual(['a/based-gateways']);
  });

  test('never name nor follow from what is hidden', () => {
    const names = ['base/nginx', 'ops/node-exporter', 'ops/prometheus'];
    const suggest = suggesting(...names.map((name): [string, object] => [name, { isPrivate: true }]), 'web/shop');
    for (const typed of ['ngnix', 'ngni', 'nodeexp', 'promteh', 'base ng', 'exp']) {
      expect(suggest(typed, 10, [{ names: undefined, showPrivate: false }])).toEqual([]);
    }
  });

  test('hold every word where any name does, whatever is there', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const chance = createChance(seed);
      const engine = createPromptEngine();
      const oracle = createSearchOracle();
      for (let i = 0; i < 25; i += 1) {
        const record = randomRecord(chance);
        engine.upsert(record);
        oracle.upsert(record);
      }
      for (let i = 0; i < 20; i += 1) {
        const words = chance.some(1, 2, () => chance.pick(['a', 'b', 'ab', 'ba', 'b1', 'aab', '/a', 'a-', '.']));
        const visibility = randomVisibility(chance);
        const holding = oracle.names(visibility).filter((name) => words.every((word) => name.includes(word)));
        const suggested = atOnce(engine.suggest({ prefix: words.join(' '), limit: 50, visibility }));
        if (holding.length > 0) expect([...suggested].sort()).toEqual(holding);
        expect(oracle.names(visibility)).toEqual(expect.arrayContaining([...suggested]));
      }
    }
  });
});
