import { Command } from 'commander';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { SearchEngine, Visibility } from '../../../src/search/api.ts';
import { createSearchEngine } from '../../../src/search/engine/create-engine.ts';
import { parseQuery } from '../../../src/search/query/parse.ts';
import { corpus } from '../search/corpus.ts';
import { distributionOf } from '../support/distribution.ts';
import { printGoals } from '../support/figures.ts';
import type { Goal } from '../support/goals.ts';
import { measureFacets } from './facets.ts';
import { measureKnownCallers } from './known-callers.ts';
import { ASKED, measureSideChannels } from './side-channels.ts';

interface Options {
  readonly repositories: number;
  readonly views: number;
}

const { repositories, views } = new Command('bench:access')
  .description('what it costs to know a caller and to make a view, and what answers say of the hidden by their time')
  .option('--repositories <number>', 'in the index', Number, 100_000)
  .option('--views <number>', 'different ones', Number, 100)
  .parse()
  .opts<Options>();

const FIRST_QUERY_MS = 20;

const records = [...corpus(repositories + 3 * ASKED)];
const present = records.slice(0, repositories);
const engine = createSearchEngine();
for (const record of present) engine.upsert(record);

printGoals([
  ...(await measureKnownCallers()),
  await measureViews(engine, present),
  await measureFacets(engine, present),
  ...(await measureSideChannels(engine, present, records.slice(repositories))),
]);

/** The first question of callers of whom each sees something else. */
async function measureViews(searched: SearchEngine, known: readonly RepositoryRecord[]): Promise<Goal> {
  const spaces = [...new Set(known.map(({ name }) => name.split('/')[0] ?? ''))];
  const before = process.memoryUsage().arrayBuffers;
  const tookMs: number[] = [];
  for (let view = 0; view < views; view += 1) {
    const hidden = spaces[view % spaces.length] ?? '';
    const visibility: Visibility = [{ names: undefined, except: [`${hidden}/**`, `x${view}/**`], showPrivate: true }];
    const beganMs = performance.now();
    const start = { kind: 'offset', offset: 0 } as const;
    const sort = { by: 'relevance', reverse: false } as const;
    await searched.search({ query: parseQuery('web', 0), sort, start, limit: 25, visibility });
    tookMs.push(performance.now() - beganMs);
  }
  const { p50Ms, p99Ms } = distributionOf(tookMs);
  const megabytes = (process.memoryUsage().arrayBuffers - before) / 1024 / 1024;
  console.log(
    `${views} views: ${megabytes.toFixed(1)} MB; first query p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`,
  );
  return { name: 'first query of a new view, p99', figure: p99Ms, unit: 'ms', wanted: { atMost: FIRST_QUERY_MS } };
}
