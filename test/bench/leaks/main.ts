import { Command } from 'commander';
import { findLeak, type LeakSearch } from '../../support/access/find-leak.ts';
import { printGoals, writeFigures } from '../support/figures.ts';
import type { Goal } from '../support/goals.ts';
import { markdownTable } from '../support/markdown.ts';
import { numberOf } from '../support/options.ts';

interface Options {
  readonly cases: number;
  readonly seed: number;
  readonly write: boolean;
}

const { cases, seed, write } = new Command('bench:leaks')
  .description('compares answers of a server that hides with those of one that has nothing to hide')
  .option('--cases <number>', 'answers that are compared', numberOf, 1_000_000)
  .option('--seed <number>', 'of the first world; each has the next', numberOf, 1)
  .option('--no-write', 'leave the file of figures as it is')
  .parse()
  .opts<Options>();

/** Servers are made anew after so many, and it is said how far it is. */
const CASES_OF_A_RUN = 50_000;

const began = process.cpuUsage();
let sum: LeakSearch = { cases: 0, worlds: 0, hidden: 0, found: 0, refused: 0, leak: undefined };
while (sum.cases < cases && !sum.leak) {
  const from = seed + sum.worlds;
  const run = await findLeak({ cases: Math.min(CASES_OF_A_RUN, cases - sum.cases), seed: from });
  sum = {
    cases: sum.cases + run.cases,
    worlds: sum.worlds + run.worlds,
    hidden: sum.hidden + run.hidden,
    found: sum.found + run.found,
    refused: sum.refused + run.refused,
    leak: run.leak,
  };
  console.log(`seeds ${from} to ${from + run.worlds - 1}: ${JSON.stringify(run)}`);
}
const { user, system } = process.cpuUsage(began);
const cpuMinutes = (user + system) / 60e6;

const goals: Goal[] = [
  { name: 'answers that tell of what is hidden', figure: sum.leak ? 1 : 0, wanted: { atMost: 0 } },
  { name: 'answers that were compared', figure: sum.cases, wanted: { atLeast: cases } },
];

const explanation = `A case is a caller, the rules, the repositories and a request of any route whose answer depends on what there is: a naive look at the rules says what the caller may see, and an index that holds nothing else, seen by everybody, has to answer the same, byte for byte and header for header. Seeds ${seed} to ${seed + sum.worlds - 1}, ${cpuMinutes.toFixed(0)} minutes of a core.`;
const rows: readonly (readonly [string, number])[] = [
  ['answers that were compared', sum.cases],
  ['of these, answers that name a repository', sum.found],
  ['of these, answers to callers who have to log in', sum.refused],
  ['worlds of repositories and rules', sum.worlds],
  ['repositories hidden from a caller', sum.hidden],
];
const table = markdownTable(
  ['', ''],
  rows.map(([what, count]) => [what, count.toLocaleString('en')]),
);

if (write) await writeFigures({ name: 'leaks', sections: [explanation, table], goals });
printGoals(goals);
process.exit();
