import { describe, expect, test } from '@jest/globals';
import { createAsk } from '../../bench/quality/ask.ts';
import { judge, rankOf, scoreOf, type Verdict } from '../../bench/quality/judge.ts';
import { judgedSets } from '../../bench/quality/judged-sets.ts';
import { recordedScores, type Scores, scoresOf } from '../../bench/quality/recorded.ts';

const sets = judgedSets().map((set) => ({ ...set, records: set.records() }));
const recorded = recordedScores('now');

const verdicts: Verdict[] = [];
for (const set of sets) verdicts.push(...(await judge({ ...set, records: () => set.records }, createAsk(set.records))));
const scores = scoresOf(verdicts);

describe('what people would type on three registries', () => {
  test.each(['sets', 'kinds'] as const)('finds what they want as often as is recorded, in each of the %s', (groups) => {
    expect(shortfalls(scores[groups], recorded[groups])).toEqual([]);
  });

  test('a figure that falls is told with its group', () => {
    const worse = { ...scores.sets.team, first: 0, silent: 999 } as Scores['sets'][string];
    expect(shortfalls({ team: worse }, { team: recorded.sets.team ?? worse })).toHaveLength(2);
  });

  test('every name that is wanted is there, so that nothing is asked for in vain', () => {
    const missing = sets.flatMap(({ records, queries }) => {
      const names = records.map(({ name }) => name);
      return queries.flatMap(({ wanted }) => wanted.filter((name) => rankOf([name], names) === undefined));
    });
    expect(missing).toEqual([]);
  });

  test('there are queries enough, each of them once in its set', () => {
    expect(sets.map(({ queries }) => new Set(queries.map(({ text }) => text)).size)).toEqual(
      sets.map(({ queries }) => queries.length),
    );
    const own = sets.filter(({ name }) => name === 'team' || name === 'forge').flatMap(({ queries }) => queries);
    expect(own.length).toBeGreaterThanOrEqual(200);
    expect(sets.at(-1)?.records).toHaveLength(3_000);
  });
});

describe('a verdict', () => {
  const found = { set: 'team', kind: 'name', text: 'redis', wanted: ['redis'], names: [], said: [], isSilent: false };

  test.each([
    [['redis'], ['charts/redis', 'redis'], 2],
    [['base/'], ['base-images/node', 'base/node'], 2],
    [['base/node', 'mirror/node'], ['mirror/node'], 1],
    [['redis'], ['redis-exporter'], undefined],
    [[], ['redis'], undefined],
  ])('of what wants %j in %j has the rank of the best row', (wanted, names, rank) => {
    expect(rankOf(wanted, names)).toBe(rank);
  });

  test('counts first, first three and silence, and means ranks over what wants something', () => {
    const nothing = { ...found, wanted: [], rank: undefined, isSilent: true };
    expect(scoreOf([{ ...found, rank: 1 }, { ...found, rank: 4 }, { ...found, rank: undefined }, nothing])).toEqual({
      ...{ queries: 4, wanting: 3, first: 1, firstThree: 1, silent: 1 },
      meanReciprocalRank: (1 + 1 / 4) / 3,
    });
  });
});

/** Groups whose figures are below what is recorded, as sentences. */
function shortfalls(now: Scores['sets'], least: Scores['sets']): string[] {
  return Object.entries(least).flatMap(([group, { first, firstThree, silent }]) => {
    const { first: nowFirst = 0, firstThree: nowThree = 0, silent: nowSilent = 0 } = now[group] ?? {};
    return [
      ...(nowFirst < first ? [`${group}: ${nowFirst} first, and ${first} are recorded`] : []),
      ...(nowThree < firstThree ? [`${group}: ${nowThree} among the first three, and ${firstThree} are recorded`] : []),
      ...(nowSilent > silent ? [`${group}: ${nowSilent} silent zeros, and ${silent} are recorded`] : []),
    ];
  });
}
