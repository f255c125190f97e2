import { Command } from 'commander';
import { runInChild } from '../support/child.ts';
import { mergeFigures, printGoals, writeFigures } from '../support/figures.ts';
import type { Goal } from '../support/goals.ts';
import { numberOf, numbersOf } from '../support/options.ts';
import { CONTENDERS, type ContenderName } from './contenders.ts';
import type { CostsJob, UnitCost } from './costs-process.ts';
import { measureFreshness } from './freshness.ts';
import { measureHttp } from './http.ts';
import type { LatencyFigures, LatencyJob } from './jobs.ts';
import type { LoadFigures, LoadJob } from './load-process.ts';
import { measureReplica } from './replica.ts';
import {
  costsSection,
  freshnessSection,
  httpGoals,
  httpSection,
  LOAD_GOALS,
  latencyGoals,
  latencySection,
  loadGoals,
  loadSection,
  replicaSection,
  type SizeFigures,
} from './sections.ts';
import { slownessOf } from './slowness.ts';

interface Options {
  readonly part?: readonly string[];
  readonly sizes?: readonly number[];
  readonly contenders?: readonly string[];
  readonly seconds: number;
  readonly write: boolean;
}

const PROCESS = new URL('./latency-process.ts', import.meta.url);
const COSTS_PROCESS = new URL('./costs-process.ts', import.meta.url);
const LOAD_PROCESS = new URL('./load-process.ts', import.meta.url);

const ALL_SIZES = [10_000, 100_000, 1_000_000];

const program = new Command('bench:search')
  .description('what a query costs, beside SQLite and a plain scan, and what the service answers beside Fastify itself')
  .option('--part <name...>', 'latency, costs, load, http, replica or freshness; all of them when left out')
  .option('--sizes <repositories...>', 'how many repositories; 10000, 100000 and 1000000 when left out', numbersOf)
  .option('--contenders <name...>', 'ours, sqlite or scan; all of them when left out')
  .option('--seconds <number>', 'for each class of queries, in each of five rounds', numberOf, 1)
  .option(
    '--no-write',
    'leave test/bench/figures/search.md as it is; else parts that are measured replace former ones',
  );

const { part, sizes = ALL_SIZES, contenders: wanted, seconds, write } = program.parse().opts<Options>();
const wants = (name: string) => part === undefined || part.includes(name);
const sections: string[] = [];
const goals: Goal[] = [];

if (wants('latency')) {
  for (const size of sizes) {
    const figures = await measureSize(size);
    sections.push(latencySection(figures));
    goals.push(...latencyGoals(figures));
  }
}
if (wants('costs')) {
  for (const repositories of sizes) {
    console.error(`what the engine's cost model counts, ${repositories.toLocaleString('en')} repositories …`);
    sections.push(costsSection(repositories, await runInChild<CostsJob, UnitCost[]>(COSTS_PROCESS, { repositories })));
  }
}
if (wants('load')) {
  for (const repositories of sizes) {
    console.error(`under a steady load, ${repositories.toLocaleString('en')} repositories …`);
    const figures = await runInChild<LoadJob, LoadFigures[]>(LOAD_PROCESS, { repositories });
    sections.push(loadSection(repositories, figures));
    if (repositories !== LOAD_GOALS.repositories) continue;
    goals.push(...loadGoals(figures, await measureSlowness(repositories)));
  }
}
if (wants('http')) {
  for (const repositories of sizes) {
    console.error(`over HTTP, ${repositories.toLocaleString('en')} repositories …`);
    const figures = await measureHttp(repositories);
    sections.push(httpSection(repositories, figures));
    goals.push(...httpGoals(repositories, figures));
  }
}
if (wants('replica')) {
  console.error('a replica of its own …');
  sections.push(replicaSection(await measureReplica()));
}
if (wants('freshness')) {
  console.error('from a write to the first answer that has it …');
  sections.push(freshnessSection(await measureFreshness()));
}
console.log(sections.join('\n\n'));
if (write && wanted === undefined) {
  const isAll = part === undefined && ALL_SIZES.every((size) => sizes.includes(size));
  await (isAll ? writeFigures : mergeFigures)({ name: 'search', sections, goals });
}
printGoals(goals);

async function measureSlowness(repositories: number): Promise<number> {
  const job: LatencyJob = { contender: 'sqlite', repositories, secondsEach: seconds };
  return slownessOf(await runInChild<LatencyJob, LatencyFigures>(PROCESS, job), repositories);
}

async function measureSize(repositories: number): Promise<SizeFigures> {
  const contenders: Partial<Record<ContenderName, LatencyFigures>> = {};
  for (const contender of namesOf(CONTENDERS)) {
    if (wanted && !wanted.includes(contender)) continue;
    console.error(`${contender} with ${repositories.toLocaleString('en')} repositories …`);
    const job: LatencyJob = { contender, repositories, secondsEach: seconds };
    contenders[contender] = await runInChild<LatencyJob, LatencyFigures>(PROCESS, job);
  }
  return { repositories, contenders };
}

function namesOf<Name extends string>(record: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(record).filter((name): name is Name => name in record);
}
