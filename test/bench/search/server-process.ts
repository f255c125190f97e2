import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import { createEngine, warmUpEngine } from './contenders.ts';
import { corpus } from './corpus.ts';
import { buildServer, createUpdates, type HttpMode } from './http-modes.ts';
import { plainClasses } from './queries.ts';

export interface ServerJob {
  readonly mode: HttpMode;
  readonly repositories: number;
}

export interface ServerReady {
  readonly url: string;
  /** Of the corpus it serves, one class after another. */
  readonly queries: readonly string[];
}

export interface ServerCost {
  readonly cpuSeconds: number;
}

const UPDATED = 10_000;

/**
 * Serves until its parent disconnects. `cost` is answered with the CPU time it has used so far; from `update` to `rest`
 * a server of searches is written to.
 */
process.once('message', async ({ mode, repositories }: ServerJob) => {
  const engine = createEngine();
  const names: string[] = [];
  const updated: RepositoryRecord[] = [];
  for (const record of corpus(mode === 'hello' ? 1_000 : repositories)) {
    engine.upsert(record);
    names.push(record.name);
    if (updated.length < UPDATED) updated.push(record);
  }
  const isSearch = mode === 'search' || mode === 'controlled';
  if (isSearch) await warmUpEngine(engine);
  const app = await buildServer(mode, engine);
  const url = await app.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 });
  const updates = isSearch ? createUpdates(engine, updated) : undefined;
  process.on('message', (message) => {
    if (message === 'update') updates?.start();
    else if (message === 'rest') updates?.stop();
    else process.send?.({ cpuSeconds: usedSeconds() } satisfies ServerCost);
  });
  const queries = plainClasses(names).flatMap((each) => each.queries);
  process.send?.({ url, queries } satisfies ServerReady);
});
process.once('disconnect', () => process.exit());

function usedSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
