import { Command } from 'commander';
import { printGoals, writeFigures } from '../support/figures.ts';
import type { Goal } from '../support/goals.ts';
import { markdownTable } from '../support/markdown.ts';
import { measureBrowser } from './browser-times.ts';
import { measureServer } from './server-times.ts';

const { repositories, write } = new Command('bench:page')
  .description('what a page costs the server, how large it is, and how fast it is seen over a slow link')
  .option('--repositories <number>', 'in the index', Number, 100_000)
  .option('--no-write', 'leave the file of figures as it is')
  .parse()
  .opts<{ repositories: number; write: boolean }>();

const server = await measureServer(repositories);
const browser = await measureBrowser();
const { views } = server;

const goals: Goal[] = [
  ...views.map(({ name, beyondMs }) => {
    return { name: `CPU of ${name} beyond what is looked up`, figure: beyondMs, unit: 'ms', wanted: { atMost: 1 } };
  }),
  { name: 'first view, compressed', figure: browser.bytes / 1_000, unit: 'kB', wanted: { atMost: 25 } },
  { name: 'first view over fast 3G', figure: browser.firstViewMs / 1_000, unit: 's', wanted: { atMost: 1 } },
  { name: 'results after the answer to a key', figure: browser.keyMs, unit: 'ms', wanted: { atMost: 100 } },
];

const sections = [
  `## The server, at ${repositories} repositories\n\nCPU of a request through the whole server, and of looking up alone what it shows: the search, the facets, the repository.`,
  markdownTable(
    ['view', 'request, ms', 'looked up, ms', 'beyond, ms', 'HTML, kB', 'brotli, kB'],
    views.map(({ name, requestMs, lookedUpMs, beyondMs, bytes, brotli }) => [
      name,
      ...[requestMs, lookedUpMs, beyondMs].map((ms) => ms.toFixed(2)),
      ...[bytes, brotli].map((count) => (count / 1_000).toFixed(1)),
    ]),
  ),
  '## The browser\n\nChromium with a quarter of its CPU, over 1.6 Mbit/s and 150 ms there and back (fast 3G), nothing cached; the middle of five.',
  markdownTable(
    ['', ''],
    [
      ['HTML, CSS and script of the first view, compressed', `${(browser.bytes / 1_000).toFixed(1)} kB`],
      ['first view', `${browser.firstViewMs.toFixed(0)} ms`],
      ['from the answer to a key stroke until its results are drawn', `${browser.keyMs.toFixed(0)} ms`],
    ],
  ),
];

if (write) await writeFigures({ name: 'page', sections, goals });
printGoals(goals);
process.exit();
