import { Command } from 'commander';
import { mergeFigures, printGoals } from '../support/figures.ts';
import type { Goal } from '../support/goals.ts';
import { numberOf, numbersOf } from '../support/options.ts';
import { measureCost } from './cost.ts';
import { measureEvents } from './events.ts';
import { measureIdle } from './idle.ts';
import { type LagFigures, measureFloor, measureLag, warmUp } from './lag.ts';
import { measureNudges } from './nudges.ts';
import {
  costGoals,
  costSection,
  eventGoals,
  eventSection,
  idleGoals,
  idleSection,
  lagGoals,
  lagSection,
  nudgeGoals,
  nudgeSection,
} from './sections.ts';
import { rateHere, slownessOf } from './slowness.ts';
import { NUDGED, type Stage, startStage, type Way } from './stage.ts';
import { showPush } from './transcript.ts';

interface Options {
  readonly part?: readonly string[];
  readonly sizes?: readonly number[];
  readonly rates?: readonly number[];
  readonly seconds: number;
  readonly write?: true;
}

const {
  part,
  sizes = [10_000, 100_000],
  rates = [1, 20, 100],
  seconds,
  write,
} = new Command('bench:fresh')
  .description('how long a push takes to be found, what that costs, and what silence costs, on real parts')
  .option('--part <name...>', 'lag, idle, events, nudges, cost or transcript; all but the last when left out')
  .option(
    '--sizes <repositories...>',
    'how many repositories, 10000 and 100000 when left out; the parts idle, events and nudges have the first',
    numbersOf,
  )
  .option(
    '--rates <pushes...>',
    'a second, 1, 20 and 100 when left out; the highest are lower on a slow machine',
    numbersOf,
  )
  .option('--seconds <number>', 'of each rate, and longer where that would be fewer than 40 pushes', numberOf, 30)
  .option('--write', 'write test/bench/figures/fresh.md; parts that are measured replace former ones')
  .parse()
  .opts<Options>();

const WARM_UP_SECONDS = 30;

const wants = (name: string) => part === undefined || part.includes(name);
const goals: Goal[] = [];

const [firstSize = 0] = sizes;

if (wants('lag')) for (const size of sizes) await onStage(size, (stage) => addLag(stage, size));
if (wants('events')) await onStage(firstSize, addEvents);
if (wants('idle')) await onStage(firstSize, addIdle);
if (part?.includes('transcript')) await onStage(firstSize, async (stage) => console.log(await showPush(stage)));
if (wants('nudges')) {
  console.error('nudges …');
  const figures = await measureNudges(firstSize);
  await report(nudgeSection(figures), nudgeGoals(figures));
}
if (wants('cost')) {
  console.error('what a push costs …');
  const figures = await measureCost();
  await report(costSection(figures), costGoals(figures));
}
printGoals(goals);

/** On a stage of its own: the thousands of tags that another part has pushed must not be measured too. */
async function onStage(size: number, measure: (stage: Stage) => Promise<void>): Promise<void> {
  console.error(`filling an index with ${size.toLocaleString('en')} repositories …`);
  const stage = await startStage(size);
  try {
    await measure(stage);
  } finally {
    await stage.stop();
  }
}

/** Says and writes what a part has come to as soon as it has ended: a later one may fail. */
async function report(section: string, reached: readonly Goal[]): Promise<void> {
  console.log(`${section}\n`);
  goals.push(...reached);
  if (write) await mergeFigures({ name: 'fresh', sections: [section], goals: reached });
}

async function addLag(stage: Stage, size: number): Promise<void> {
  await stage.restartPods(NUDGED);
  const most = Math.max(...rates);
  const floorAt = (perSecond: number) => {
    console.error(`${perSecond} pushes a second of which nobody is told …`);
    return measureFloor(stage, { perSecond, seconds });
  };
  let floor = await floorAt(most);
  console.error('warming up …');
  await warmUp(stage, { perSecond: rateHere(most, slownessOf(floor)), seconds: WARM_UP_SECONDS });
  const all: LagFigures[] = [];
  const measure = async (way: Way, nominal: number) => {
    const perSecond = rateHere(nominal, slownessOf(floor));
    console.error(`${perSecond} pushes a second, found by ${way} …`);
    all.push(await measureLag(stage, { way, nominal, perSecond, seconds }));
  };
  for (const nominal of rates) {
    // Right before, since a machine that others use too may be half as quick a minute later; and at a rate that is as
    // much of this machine as the highest is of a quick one: a push takes less CPU the less of it is left.
    if (nominal === most) floor = await floorAt(rateHere(most, slownessOf(floor)));
    await measure('nudge', nominal);
  }
  await stage.restartPods(['feed']);
  for (const nominal of rates) await measure('feed', nominal);
  const lag = { size, all, floor, slowness: slownessOf(floor) };
  await report(lagSection(lag), lagGoals(lag));
}

async function addEvents(stage: Stage): Promise<void> {
  console.error('events …');
  const figures = await measureEvents(stage);
  await report(eventSection(figures), eventGoals(figures));
}

async function addIdle(stage: Stage): Promise<void> {
  console.error('silence …');
  const figures = await measureIdle(stage);
  await report(idleSection(figures), idleGoals(figures));
}
