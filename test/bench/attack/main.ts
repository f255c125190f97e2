import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import { runInChild } from '../support/child.ts';
import { printGoals, writeFigures } from '../support/figures.ts';
import { type Goal, goalLine } from '../support/goals.ts';
import { numberOf } from '../support/options.ts';
import type { AttackJob } from './attack-process.ts';
import { ATTACKS, type Attack, type AttackCount } from './attacks.ts';
import { ordinaryPaths, type SearchPod, startSearchPod } from './search-pod.ts';
import { type AttackFigures, attackGoals, attackSection } from './sections.ts';
import { watch } from './watch.ts';

interface Options {
  readonly attack?: readonly string[];
  readonly seconds: number;
  readonly repositories: number;
  readonly write: boolean;
}

const PROCESS = new URL('./attack-process.ts', import.meta.url);
const CALM_SECONDS = 10;
/** After so long everything is to be as it was. */
const RECOVERY_SECONDS = 5;

const program = new Command('bench:attack')
  .description('what is left of the search service for others while one client attacks it, from a process of its own')
  .option('--attack <number...>', 'which of the attacks, from 1; all of them when left out')
  .option('--seconds <number>', 'how long each goes on', numberOf, 60)
  .option('--repositories <number>', 'in the index', numberOf, 10_000)
  .option('--no-write', 'leave test/bench/figures/attack.md as it is');

const { attack: wanted, seconds, repositories, write } = program.parse().opts<Options>();
const chosen = ATTACKS.filter((_, at) => wanted === undefined || wanted.includes(String(at + 1)));
await using pod = await startSearchPod(repositories);
const paths = ordinaryPaths(repositories);
const all: AttackFigures[] = [];
await watch(pod, paths, CALM_SECONDS);
for (const each of chosen) {
  console.error(`${each.name} …`);
  const figures = await measureAttack(pod, each);
  for (const goal of attackGoals(figures)) console.error(`  ${goalLine(goal)}`);
  all.push(figures);
}
const section = attackSection(all, { seconds, repositories });
const goals: readonly Goal[] = all.flatMap(attackGoals);
console.log(section);
if (write && wanted === undefined) await writeFigures({ name: 'attack', sections: [section], goals });
printGoals(goals);

async function measureAttack(target: SearchPod, { name, port }: Attack): Promise<AttackFigures> {
  const before = await watch(target, paths, CALM_SECONDS);
  const url = port === 'api' ? target.url : target.monitoringUrl;
  const job = runInChild<AttackJob, AttackCount>(PROCESS, { name, url, seconds });
  const during = await watch(target, paths, seconds);
  const count = await job;
  await wait(RECOVERY_SECONDS * 1_000);
  const after = await watch(target, paths, CALM_SECONDS);
  return { name, before, during, after, count };
}
