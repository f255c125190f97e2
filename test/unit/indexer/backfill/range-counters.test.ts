import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { addCounts, countFaults, type FaultCounts, type StorageFault } from '../../../../src/api/fault.ts';
import { countStep, type RangeStep, startOfRange } from '../../../../src/indexer/backfill/range-counters.ts';
import type { RepositoryOutcome } from '../../../../src/indexer/repository/outcome.ts';
import { logFault } from '../../../../src/indexer/repository/outcome.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

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
    countStep,
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

const foreign = (at: number): StorageFault => ({ kind: 'Foreign', key: `foreign-${at}`, reason: 'not a file' });
const missing = (at: number): StorageFault => ({ kind: 'Missing', key: `missing-${at}`, reason: 'is missing' });

test('however many harmless faults come first, the first twenty harmful ones are kept, and all are counted by kind', () => {
  const faults = [
    ...Array.from({ length: 500 }, (_, at) => foreign(at)),
    ...Array.from({ length: 25 }, (_, at) => missing(at)),
  ];
  const end = faults.reduce(
    (progress, fault) => countStep(progress, { kind: 'fault', fault }),
    startOfRange(0, 1, undefined),
  );
  expect(end).toMatchObject({ errorCount: 525, faultCounts: { Foreign: 500, Missing: 25 } });
  expect(end.faults).toEqual(Array.from({ length: 20 }, (_, at) => missing(at)));
});

test('what an older program has counted goes on to be counted', () => {
  const earlier = { ...startOfRange(0, 1, undefined), errorCount: 7, faults: [{ key: 'old', reason: 'r' }] };
  const next = countStep(earlier, { kind: 'fault', fault: missing(1) });
  expect(next).toMatchObject({ errorCount: 8, faultCounts: { Missing: 1 } });
  expect(next.faults.map(({ key }) => key)).toEqual(['old', 'missing-1']);
});

test('the first twenty harmful faults are warnings, the first twenty harmless ones information, and all others details', () => {
  const lines: { level: number; key: string }[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  let counts: FaultCounts = {};
  for (let at = 0; at < 30; at += 1)
    for (const fault of [foreign(at), missing(at)]) {
      logFault(log, counts, fault);
      counts = addCounts(counts, countFaults([fault]));
    }
  const levelsOf = (word: string) => lines.filter(({ key }) => key.startsWith(word)).map(({ level }) => level);
  expect(levelsOf('missing')).toEqual([...Array(20).fill(40), ...Array(10).fill(20)]);
  expect(levelsOf('foreign')).toEqual([...Array(20).fill(30), ...Array(10).fill(20)]);
});
