import type { Goal } from '../support/goals.ts';
import { markdownTable } from '../support/markdown.ts';
import type { Score, Verdict } from './judge.ts';
import type { Scores } from './recorded.ts';

const COLUMNS = ['queries', 'first', 'first three', 'mean reciprocal rank', 'silent zeros'];

/** Sets and kinds, each before and now. */
export function sectionsOf(before: Scores, now: Scores): string[] {
  return [
    'What people would type, and whether what they want stands first or among the first three rows. A cell says before → now, where before is search as it was when the sets were written. A silent zero finds nothing and does not say why. See `test/bench/quality/README.md`.',
    '## By registry',
    tableOf('set', before.sets, now.sets),
    '## By kind of query, all registries',
    tableOf('kind', before.kinds, now.kinds),
  ];
}

function tableOf(heading: string, before: Scores['sets'], now: Scores['sets']): string {
  const rows = Object.entries(now).map(([group, score]) => {
    const former = before[group];
    const cells = cellsOf(score);
    return [group, score.queries, ...cells.map((cell, at) => `${former ? cellsOf(former)[at] : ''} → ${cell}`)];
  });
  return markdownTable([heading, ...COLUMNS], rows);
}

function cellsOf({ first, firstThree, wanting, meanReciprocalRank, silent }: Score): string[] {
  if (wanting === 0) return ['', '', '', String(silent)];
  return [share(first, wanting), share(firstThree, wanting), meanReciprocalRank.toFixed(2), String(silent)];
}

function share(part: number, whole: number): string {
  return (part / whole).toFixed(2);
}

/** What the project wants of every set. */
export function goalsOf({ sets }: Scores): Goal[] {
  return Object.entries(sets).flatMap(([set, { first, firstThree, wanting, silent }]) => [
    { name: `${set}: first three`, figure: firstThree / wanting, wanted: { atLeast: 0.97 } },
    { name: `${set}: first`, figure: first / wanting, wanted: { atLeast: 0.85 } },
    { name: `${set}: silent zeros`, figure: silent, wanted: { atMost: 0 } },
  ]);
}

/** One paragraph for a query that was not answered as it should be. */
export function missOf({ set, kind, text, wanted, names, said, rank }: Verdict): string {
  const lines = [
    `${set}, ${kind}: ${text}`,
    `  wanted  ${wanted.length === 0 ? 'a word on why there is nothing' : wanted.join(' OR ')}`,
    `  got     ${names.slice(0, 3).join(', ') || 'nothing'}${rank === undefined ? '' : ` (wanted at ${rank})`}`,
    ...(said.length === 0 ? [] : [`  said    ${said.join(' / ')}`]),
  ];
  return lines.join('\n');
}
