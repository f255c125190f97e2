import { Command } from 'commander';
import { parseListAnswer } from '../../../src/storage/drivers/list-answer.ts';
import { createRandom } from '../../support/random.ts';
import { listAnswer, listingOf, mutated } from '../../support/registry/list-answers.ts';
import { printGoals } from '../support/figures.ts';
import type { Goal } from '../support/goals.ts';

interface Options {
  readonly mutations: number;
  readonly seed: number;
}

const { mutations, seed } = new Command('bench:list-answer')
  .description('what reading a page of a listing costs, and whether any mutated one does harm')
  .option('--mutations <number>', 'of an answer of six keys', Number, 1_000_000)
  .option('--seed <number>', 'of the mutations', Number, 1)
  .parse()
  .opts<Options>();

const PAGES = 300;
/** Saxes, which is the quickest parser of XML for Node, takes 6 ms where this takes 3.3, and fast-xml-parser 23. */
const CPU_MS_A_PAGE = 5;
/** An answer of a few KB is read in microseconds; this is for what else the machine does. */
const SLOWEST_MS = 1_000;

printGoals([...measurePages(), ...measureMutations()]);

function measurePages(): Goal[] {
  const page = Buffer.from(listAnswer(listingOf(1_000)));
  const read = (times: number) => {
    for (let left = times; left > 0; left -= 1) parseListAnswer(page.toString('utf8'));
  };
  read(PAGES);
  const before = process.cpuUsage();
  read(PAGES);
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1_000 / PAGES;
  console.log(`a page of 1,000 keys, ${(page.length / 1_024).toFixed(0)} KB: ${cpuMs.toFixed(2)} ms of CPU`);
  return [{ name: 'CPU a page of 1,000 keys', figure: cpuMs, unit: 'ms', wanted: { atMost: CPU_MS_A_PAGE } }];
}

function measureMutations(): Goal[] {
  const random = createRandom(seed);
  const answer = listAnswer(listingOf(6));
  const kinds = new Map<string, number>();
  let slowestMs = 0;
  const startedMs = performance.now();
  for (let left = mutations; left > 0; left -= 1) {
    const text = mutated(answer, random);
    const beganMs = performance.now();
    const { kind } = parseListAnswer(text);
    slowestMs = Math.max(slowestMs, performance.now() - beganMs);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  const told = [...kinds].map(([kind, count]) => `${count.toLocaleString('en')} ${kind}`).join(', ');
  console.log(`${mutations.toLocaleString('en')} mutated answers in ${seconds.toFixed(0)} s: ${told}`);
  return [{ name: 'slowest mutated answer', figure: slowestMs, unit: 'ms', wanted: { atMost: SLOWEST_MS } }];
}
