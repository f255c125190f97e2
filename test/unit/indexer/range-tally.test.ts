import { expect, test } from '@jest/globals';
import { type RangeStep, startOfRange, tally } from '../../../src/indexer/range-tally.ts';
import type { RepositoryOutcome } from '../../../src/indexer/reread.ts';
import { searchRecord } from '../support/search-records.ts';

const digest = `sha256:${'0'.repeat(64)}`;

function recordOf(tagCount: number, isPrivate = false) {
  const tags = Array.from({ length: tagCount }, (_, i) => {
    return { name: `v${i}`, digest, pushedAtMs: 1_000, platforms: undefined };
  });
  return searchRecord('team/web', { tags, isPrivate });
}

function found(tagCount: number, isPrivate = false): RangeStep {
  const outcome: RepositoryOutcome = {
    result: 'written',
    record: recordOf(tagCount, isPrivate),
    isUnfinished: true,
    faults: [],
  };
  return { kind: 'repository', name: 'team/web', outcome };
}

const figuresAfter = (...steps: readonly RangeStep[]) => {
  const { repositories, tags, unfinished, privateRepositories, privateTags } = steps.reduce(
    tally,
    startOfRange(0, 1, undefined),
  );
  return { repositories, tags, unfinished, privateRepositories, privateTags };
};

test('private repositories are counted with the others, for progress, and apart, to be told of by nobody', () => {
  expect(figuresAfter(found(2), found(3, true))).toEqual({
    repositories: 2,
    tags: 5,
    unfinished: 2,
    privateRepositories: 1,
    privateTags: 3,
  });
});

test.each([true, false])(
  'what the second pass finds to be referrers or gone is counted no more (private: %s)',
  (isPrivate) => {
    const step = (rest: Pick<RepositoryOutcome, 'result' | 'record'>): RangeStep => {
      const outcome = { ...rest, isUnfinished: false, faults: [] };
      return { kind: 'completed', name: 'team/web', outcome, unfinished: recordOf(3, isPrivate) };
    };
    const hidden = (repositories: number, tags: number) =>
      isPrivate ? { privateRepositories: repositories, privateTags: tags } : {};
    const fewer = step({ result: 'written', record: recordOf(1, isPrivate) });
    expect(figuresAfter(found(3, isPrivate), fewer)).toEqual({
      repositories: 1,
      tags: 1,
      unfinished: 0,
      ...hidden(1, 1),
    });
    const gone = step({ result: 'gone', record: undefined });
    expect(figuresAfter(found(3, isPrivate), gone)).toEqual({
      repositories: 0,
      tags: 0,
      unfinished: 0,
      ...hidden(0, 0),
    });
  },
);
