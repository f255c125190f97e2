/**
 * How slow this machine is at the time: SQLite answers the same queries in the same minutes, so what it needs more than
 * it needed on the machine the goals in milliseconds are set for, the machine itself takes.
 */
import type { LatencyFigures } from './jobs.ts';

/**
 * Median milliseconds of SQLite for each plain class, by the number of repositories: on 2 × AMD EPYC of which nothing
 * else took a share, 2026-11-29.
 */
const SQLITE_MS: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  100000: {
    'exact name': 2.202,
    'last component': 0.999,
    '3-character prefix': 0.212,
    'common word': 1.715,
    'rare, inside a word': 0.387,
    '1 character': 38,
    '2 characters': 47,
    'two words': 1.27,
    'two common words': 2.3,
    'across separators': 0.362,
  },
  1000000: {
    'exact name': 19,
    'last component': 8.644,
    '3-character prefix': 1.843,
    'common word': 16,
    'rare, inside a word': 3.009,
    '1 character': 348,
    '2 characters': 504,
    'two words': 11,
    'two common words': 30,
    'across separators': 2.354,
  },
};

/**
 * How many times as long this machine takes, as the geometric mean over the classes; 1 for a faster machine, so that no
 * goal becomes stricter, and where the size has no figures to compare with.
 */
export function slownessOf(sqlite: LatencyFigures | undefined, repositories: number): number {
  const before = SQLITE_MS[repositories] ?? {};
  const logarithms = (sqlite?.plain ?? []).flatMap(({ name, p50Ms }) => {
    const beforeMs = before[name];
    return beforeMs === undefined ? [] : [Math.log(p50Ms / beforeMs)];
  });
  if (logarithms.length === 0) return 1;
  return Math.max(1, Math.exp(logarithms.reduce((sum, each) => sum + each, 0) / logarithms.length));
}
