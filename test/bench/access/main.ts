import { Command } from 'commander';
import { createSearchEngine } from '../../../src/search/engine/create-engine.ts';
import { corpus } from '../search/corpus.ts';
import { runInChild } from '../support/child.ts';
import { mergeFigures, printGoals, writeFigures } from '../support/figures.ts';
import { numberOf } from '../support/options.ts';
import { measureFacets } from './facets.ts';
import { measureKnownCallers } from './known-callers.ts';
import { callersSection, channelsSection, facetsSection, type Measured, viewsSection } from './sections.ts';
import { measureServed } from './served.ts';
import { measureSideChannels } from './side-channels.ts';
import type { ViewsFigures, ViewsJob } from './views-process.ts';

interface Options {
  readonly part?: readonly string[];
  readonly repositories: number;
  readonly most: number;
  readonly views: number;
  readonly write: boolean;
}

const { part, repositories, most, views, write } = new Command('bench:access')
  .description('what it costs to know a caller and to make a view, and what answers say of the hidden by their time')
  .option('--part <name...>', 'callers, views, facets or channels; all of them when left out')
  .option('--repositories <number>', 'in the index', numberOf, 100_000)
  .option('--most <number>', 'in the largest index, of which views are made', numberOf, 1_000_000)
  .option('--views <number>', 'different ones', numberOf, 1_000)
  .option('--no-write', 'leave the file of figures as it is')
  .parse()
  .opts<Options>();

const VIEWS_PROCESS = new URL('./views-process.ts', import.meta.url);
const PARTS: Readonly<Record<string, () => Promise<Measured>>> = {
  callers: async () => callersSection(await measureKnownCallers(), await measureServed(repositories)),
  views: async () => viewsSection(await viewsAt(repositories), await viewsAt(most)),
  async facets() {
    const engine = createSearchEngine();
    const records = [...corpus(repositories)];
    for (const record of records) engine.upsert(record);
    return facetsSection(await measureFacets(engine, records));
  },
  channels: async () => channelsSection(await measureSideChannels([...corpus(repositories)])),
};

function viewsAt(count: number): Promise<ViewsFigures> {
  console.error(`${views.toLocaleString('en')} views of ${count.toLocaleString('en')} repositories …`);
  return runInChild<ViewsJob, ViewsFigures>(VIEWS_PROCESS, { repositories: count, views });
}

const measured: Measured[] = [];
for (const [name, measure] of Object.entries(PARTS)) {
  if (part !== undefined && !part.includes(name)) continue;
  console.error(`${name} …`);
  const figures = await measure();
  console.log(figures.section);
  measured.push(figures);
}
const goals = measured.flatMap((one) => one.goals);
const sections = measured.map(({ section }) => section);
if (write) await (part === undefined ? writeFigures : mergeFigures)({ name: 'access', sections, goals });
printGoals(goals);
process.exit();
