import { describe, expect, test } from '@jest/globals';
import { compareRanked, rankTag } from '../../../../src/indexer/repository/representative.ts';

const ranked = (...tags: (string | [string, number])[]) =>
  tags
    .map((tag) => {
      const [name, pushedAtMs] = typeof tag === 'string' ? [tag, 1] : tag;
      return rankTag({ name, pushedAtMs, digest: name });
    })
    .sort(compareRanked)
    .map(({ tag }) => tag.name);

describe('the tag that speaks for a repository', () => {
  test.each([
    [['1.0.0', 'latest', '2.0.0'], 'latest'],
    [['1.9.0', '1.10.0', 'v1.2.3'], '1.10.0'],
    [['1.25', '1.3'], '1.25'],
    [['2.0.0-rc.1', '1.9.0'], '1.9.0'],
    [['3.20-alpine', '3.21-alpine', 'edge'], '3.21-alpine'],
    [['20240101', '1.0.0'], '1.0.0'],
    [['2024.01', '1.0.0'], '1.0.0'],
    [['Latest', 'v1.0.0'], 'v1.0.0'],
    [['1.2.3_b1', '1.10.0_b1', '1.9.0'], '1.10.0_b1'],
    [['1.2.3_b1', '1.2.3'], '1.2.3'],
    [['1.2.3-rc.1_b1', '1.2.2_b1'], '1.2.2_b1'],
    [['1.2.3__b', 'v1.2.3_a_b', '1.0.0'], '1.0.0'],
    [[`sha256-${'a'.repeat(64)}`, 'main'], 'main'],
  ])('of %j is %s', (tags, best) => {
    expect(ranked(...tags)[0]).toBe(best);
  });

  test('is the newest where none is a version', () => {
    expect(ranked(['main', 5], ['dev', 9], ['pr-7', 7])).toEqual(['dev', 'pr-7', 'main']);
  });

  test('is followed by the next best ones', () => {
    expect(ranked(['main', 5], 'v1.0.0', 'latest', '1.1.0', '1.2.0-beta')).toEqual([
      'latest',
      '1.1.0',
      'v1.0.0',
      '1.2.0-beta',
      'main',
    ]);
  });
});
