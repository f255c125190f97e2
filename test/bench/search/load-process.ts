import { setTimeout as wait } from 'node:timers/promises';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import { EngineBusy } from '../../../src/search/api.ts';
import { answerJob } from '../support/child.ts';
import { createAnswers } from './answers.ts';
import { createEngine, warmUpEngine } from './contenders.ts';
import { corpus, pushTo } from './corpus.ts';
import { repeatedMix } from './mix.ts';
import { plainClasses } from './queries.ts';

export interface LoadJob {
  readonly repositories: number;
}

/** What a steady load costs. */
export interface LoadFigures {
  readonly requestsPerSecond: number;
  /** What brings the changes: the feed, or nudges. */
  readonly changes: Changes;
  /** CPU seconds a second, of all threads, without what pacing the load takes. */
  readonly cores: number;
  /** Of the thread that writes, in microseconds of time: nothing else runs in it meanwhile. */
  readonly writeMicroseconds: number;
  /** Requests that found too many others waiting: the machine was too slow for the load. */
  readonly refused: number;
}

export type Changes = 'feed' | 'nudges';

const LOADS: readonly { readonly requestsPerSecond: number; readonly changes: Changes }[] = [
  { requestsPerSecond: 100, changes: 'feed' },
  { requestsPerSecond: 1_000, changes: 'feed' },
  { requestsPerSecond: 10_000, changes: 'feed' },
  { requestsPerSecond: 1_000, changes: 'nudges' },
];
const WRITES_A_SECOND = 100;
/** The feed is read each second; a replica reads what nudges name ten times in one at most. */
const CHANGES_EVERY_SECONDS: Readonly<Record<Changes, number>> = { feed: 1, nudges: 0.1 };
/** V8 compiles meanwhile, as it has in a service that has answered for a minute. */
const WARM_UP_SECONDS = 30;
const PACING_WARM_UP_SECONDS = 3;
const SECONDS = 10;
const TICK_MS = 1;
const WRITTEN = 10_000;

/** The engine behind the cache of answers, asked and written to at a steady pace, without HTTP. */
answerJob(async ({ repositories }: LoadJob): Promise<LoadFigures[]> => {
  const engine = createEngine();
  const names: string[] = [];
  const records: RepositoryRecord[] = [];
  for (const record of corpus(repositories)) {
    engine.upsert(record);
    names.push(record.name);
    if (records.length < WRITTEN) records.push(record);
  }
  await warmUpEngine(engine);
  const mix = repeatedMix(plainClasses(names).flatMap(({ queries }) => queries));
  let pushedVersion: number | undefined;
  const answer = createAnswers(engine, () => pushedVersion);
  const ask = (at: number) => answer(mix[at % mix.length] ?? '/');
  const write = (from: number, to: number) => {
    const first = from % records.length;
    const changed = records.slice(first, first + to - from).map((record, at) => pushTo(record, from + at));
    const beganMs = performance.now();
    for (const record of changed) engine.upsert(record);
    const tookMs = performance.now() - beganMs;
    pushedVersion = engine.version();
    return tookMs * 1_000;
  };
  const figures: LoadFigures[] = [];
  for (const { requestsPerSecond, changes } of LOADS) {
    const pace = { requestsPerSecond, changesEverySeconds: CHANGES_EVERY_SECONDS[changes] };
    const pacing = await measure({ ...pace, ask: () => undefined, write: () => 0 }, PACING_WARM_UP_SECONDS);
    const loaded = await measure({ ...pace, ask, write }, WARM_UP_SECONDS);
    figures.push({ ...loaded, requestsPerSecond, changes, cores: loaded.cores - pacing.cores });
  }
  return figures;
});

interface Load {
  readonly requestsPerSecond: number;
  readonly changesEverySeconds: number;
  readonly ask: (at: number) => unknown;
  /** Returns the microseconds that it took. */
  readonly write: (from: number, to: number) => number;
}

/** Twice for a while, of which the second counts. */
async function measure(load: Load, warmUpSeconds: number): Promise<Omit<LoadFigures, 'requestsPerSecond' | 'changes'>> {
  await drive(load, warmUpSeconds);
  const before = process.cpuUsage();
  const startedAtMs = performance.now();
  const { writes, writeMicroseconds, refused } = await drive(load, SECONDS);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  return { cores: (user + system) / 1e6 / seconds, writeMicroseconds: writeMicroseconds / writes, refused };
}

/** Asks whatever is due every millisecond, and writes whatever has changed. */
async function drive({ requestsPerSecond, changesEverySeconds, ask, write }: Load, seconds: number) {
  const startedAtMs = performance.now();
  const waiting: unknown[] = [];
  let asked = 0;
  let writes = 0;
  let writeMicroseconds = 0;
  let refused = 0;
  const countRefusal = (error: unknown) => {
    if (!(error instanceof EngineBusy)) throw error;
    refused += 1;
  };
  for (let passed = 0; passed < seconds; passed = (performance.now() - startedAtMs) / 1_000) {
    const due = Math.round(Math.floor(passed / changesEverySeconds) * changesEverySeconds * WRITES_A_SECOND);
    if (due > writes) writeMicroseconds += write(writes, due);
    writes = due;
    for (; asked < passed * requestsPerSecond; asked += 1) {
      try {
        const answer = ask(asked);
        if (answer instanceof Promise) waiting.push(answer.catch(countRefusal));
      } catch (error) {
        countRefusal(error);
      }
    }
    await wait(TICK_MS);
  }
  await Promise.all(waiting);
  return { writes, writeMicroseconds, refused };
}
