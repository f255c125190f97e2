import { Command } from 'commander';
import { printGoals, writeFigures } from '../support/figures.ts';
import type { Goal } from '../support/goals.ts';
import { markdownTable } from '../support/markdown.ts';
import { measureBrowser } from './browser-times.ts';
import { measureHelmIndex } from './helm-times.ts';
import { measureServer } from './server-times.ts';

const { repositories, write } = new Command('bench:page')
  .description('what a page costs the server, how large it is, and how fast it is seen over a slow link')
  .option('--repositories <number>', 'in the index', Number, 100_000)
  .option('--no-write', 'leave the file of figures as it is')
  .parse()
  .opts<{ repositories: number; write: boolean }>();

const server = await measureServer(repositories);
const helm = await measureHelmIndex();
const browser = await measureBrowser();
const { views } = server;

const goals: Goal[] = [
  ...views.map(({ name, beyondMs }) => {
    return { name: `${name} beyond what is looked up`, figure: beyondMs, unit: 'ms', wanted: { atMost: 1 } };
  }),
  { name: 'first view, compressed', figure: browser.bytes / 1_000, unit: 'kB', wanted: { atMost: 25 } },
  { name: 'first view over fast 3G', figure: browser.firstViewMs / 1_000, unit: 's', wanted: { atMost: 1 } },
  { name: 'results after the answer to a key', figure: browser.keyMs, unit: 'ms', wanted: { atMost: 100 } },
];

const sections = [
  `## The server, at ${repositories} repositories\n\nA request through the whole server but the network, and how much of it the engine looks up what is shown: the search, the facets, the counts, the repository; the best of fifteen rounds of forty requests, compressed.`,
  markdownTable(
    ['view', 'request, ms', 'looked up, ms', 'beyond, ms', 'HTML, kB', 'brotli, kB'],
    views.map(({ name, requestMs, lookedUpMs, beyondMs, bytes, brotli }) => [
      name,
      ...[requestMs, lookedUpMs, beyondMs].map((ms) => ms.toFixed(2)),
      ...[bytes, brotli].map((count) => (count / 1_000).toFixed(1)),
    ]),
  ),
  `## The Helm index of ${helm.versions} versions`,
  markdownTable(
    ['', ''],
    [
      ['its size', `${(helm.bytes / 1e6).toFixed(2)} MB, in gzip ${(helm.gzip / 1e6).toFixed(2)} MB`],
      ['the first request, which writes and compresses it', `${helm.firstMs.toFixed(0)} ms`],
      ['one more', `${helm.laterMs.toFixed(2)} ms`],
      ['one more that has it already: 304', `${helm.unchangedMs.toFixed(2)} ms`],
    ],
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
