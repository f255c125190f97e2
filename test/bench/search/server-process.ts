import { createEngine } from './contenders.ts';
import { corpus } from './corpus.ts';
import { buildServer, type HttpMode, keepUpdating } from './http-modes.ts';
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

/** Serves until its parent disconnects; any later message is answered with the CPU time it has used so far. */
process.once('message', async ({ mode, repositories }: ServerJob) => {
  const engine = createEngine();
  const names: string[] = [];
  const updated = [];
  for (const record of corpus(mode === 'hello' ? 1_000 : repositories)) {
    engine.upsert(record);
    names.push(record.name);
    if (updated.length < UPDATED) updated.push(record);
  }
  const app = await buildServer(mode, engine);
  if (mode === 'search') keepUpdating(engine, updated);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  process.on('message', () => process.send?.({ cpuSeconds: usedSeconds() } satisfies ServerCost));
  const queries = plainClasses(names).flatMap((each) => each.queries);
  process.send?.({ url, queries } satisfies ServerReady);
});
process.once('disconnect', () => process.exit());

function usedSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
