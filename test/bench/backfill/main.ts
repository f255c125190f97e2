import { Command } from 'commander';
import { printGoals, writeFigures } from '../support/figures.ts';
import { numberOf } from '../support/options.ts';
import { measureReal } from './real.ts';
import {
  memoryGoal,
  memorySection,
  realGoals,
  realSection,
  resyncGoals,
  resyncSection,
  syntheticGoals,
  syntheticSection,
} from './sections.ts';
import { measureSynthetic, type SyntheticFigures } from './synthetic.ts';
import type { BucketShape } from './synthetic-bucket.ts';

/** The larger a registry, the more of its repositories share images: a build promoted, a base image rolled out. */
const SHAPES: readonly BucketShape[] = [
  { repositories: 1_000, tagsEach: 5, images: 5_000 },
  { repositories: 10_000, tagsEach: 5, images: 50_000 },
  { repositories: 100_000, tagsEach: 5, images: 50_000 },
];
/**
 * One tag each, so that the first pass knows all of them and the table need not remember any: only the walk's memory
 * tells.
 */
const SMALL: readonly [BucketShape, BucketShape] = [
  { repositories: 10_000, tagsEach: 1, images: 10_000 },
  { repositories: 1_000_000, tagsEach: 1, images: 10_000 },
];

interface Options {
  readonly part?: readonly string[];
  readonly repositories: number;
  readonly upTo: number;
  readonly write: boolean;
}

const program = new Command('bench:backfill')
  .description('what a backfill costs, beside bare loops of the same requests')
  .option('--part <name...>', 'sizes, memory or real; all of them when left out')
  .option('--repositories <number>', 'of the real registry', numberOf, 10_000)
  .option(
    '--up-to <repositories>',
    'leaves out larger synthetic buckets of `sizes`',
    numberOf,
    Number.POSITIVE_INFINITY,
  )
  .option('--no-write', 'leave test/bench/figures/backfill.md as it is');

const { part, repositories, upTo, write } = program.parse().opts<Options>();
const wants = (name: string) => part === undefined || part.includes(name);
const sections: string[] = [];
const goals = [];

if (wants('sizes')) {
  const all: SyntheticFigures[] = [];
  for (const shape of SHAPES.filter((each) => each.repositories <= upTo)) all.push(await measured(shape, 'map'));
  sections.push(syntheticSection(all));
  goals.push(...syntheticGoals(all));
}
if (wants('memory')) {
  const [small, large] = [await measured(SMALL[0], 'nowhere'), await measured(SMALL[1], 'nowhere')];
  sections.push(memorySection([small, large]));
  goals.push(...syntheticGoals([small, large]), memoryGoal(small, large));
}
if (wants('real')) {
  const real = await measureReal(repositories, (text) => console.error(text));
  sections.push(realSection(real), resyncSection(real));
  goals.push(...realGoals(real), ...resyncGoals(real));
}
console.log(sections.join('\n\n'));
if (write && part === undefined && upTo === Number.POSITIVE_INFINITY)
  await writeFigures({ name: 'backfill', sections, goals });
printGoals(goals);

async function measured(shape: BucketShape, kind: 'map' | 'nowhere'): Promise<SyntheticFigures> {
  console.error(`${shape.repositories.toLocaleString('en')} synthetic repositories …`);
  return measureSynthetic(shape, { records: { kind }, withBare: true });
}
