import type { SearchEngine } from '../../../src/search/api.ts';
import { createServerBench } from '../../support/search/search-server.ts';
import { corpus } from '../search/corpus.ts';
import { sizeOf } from './helm-times.ts';

export interface ViewTimes {
  readonly name: string;
  /** Milliseconds of one request; none of them is spent waiting. */
  readonly requestMs: number;
  /** Those of them in which the engine looked up what is shown: the search, the facets, the counts, the repository. */
  readonly lookedUpMs: number;
  readonly beyondMs: number;
  readonly bytes: number;
  /** By what browsers accept over HTTPS, and without. */
  readonly brotli: number;
  readonly gzip: number;
}

const WARM_UP = 400;
/** Of so many rounds the best counts: whatever else the machine does makes others slower. */
const ROUNDS = 15;
const TIMES = 40;

/** Each view of a registry of so many repositories. */
export async function measureServer(repositories: number): Promise<{ readonly views: readonly ViewTimes[] }> {
  const records = [...corpus(repositories)];
  const { app, engine } = createServerBench(records, { registryUrl: 'https://registry.example' });
  const lookups = countLookups(engine);
  const looks = [
    { name: 'the first page', path: '/' },
    { name: 'results of a common word', path: '/?q=web' },
    { name: 'results of two words and a filter', path: '/?q=web+api+arch%3Aarm64' },
    { name: 'a repository', path: `/r/${records[Math.floor(repositories / 2)]?.name ?? ''}` },
  ];
  const views: ViewTimes[] = [];
  for (const { name, path } of looks) {
    const get = (encoding: string) =>
      app.inject({ url: path, headers: { accept: 'text/html', 'accept-encoding': encoding }, payloadAsStream: true });
    for (let time = 0; time < WARM_UP; time += 1) await get('br');
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measureRound(lookups, () => get('br')));
    const { requestMs, lookedUpMs } = rounds.reduce((best, one) => (one.requestMs < best.requestMs ? one : best));
    const sizeIn = async (encoding: string) => sizeOf(await get(encoding));
    const sizes = { bytes: await sizeIn('identity'), brotli: await sizeIn('br'), gzip: await sizeIn('gzip') };
    views.push({ name, requestMs, lookedUpMs, beyondMs: requestMs - lookedUpMs, ...sizes });
    console.log(`${name}: ${requestMs.toFixed(2)} ms, of which ${lookedUpMs.toFixed(2)} ms are looking up`);
  }
  await app.close();
  return { views };
}

type Round = Pick<ViewTimes, 'requestMs' | 'lookedUpMs'>;

async function measureRound(lookups: Lookups, get: () => Promise<unknown>): Promise<Round> {
  lookups.reset();
  const before = performance.now();
  for (let time = 0; time < TIMES; time += 1) await get();
  return { requestMs: (performance.now() - before) / TIMES, lookedUpMs: lookups.ms() / TIMES };
}

interface Lookups {
  ms(): number;
  reset(): void;
}

/** Counts the milliseconds from the beginning of a lookup to its end, once where several run in turns. */
function countLookups(engine: SearchEngine): Lookups {
  let ms = 0;
  let running = 0;
  let beganMs = 0;
  const end = () => {
    running -= 1;
    if (running === 0) ms += performance.now() - beganMs;
  };
  const counted = <Query extends readonly unknown[], Found>(look: (...query: Query) => Found | Promise<Found>) => {
    return (...query: Query) => {
      if (running === 0) beganMs = performance.now();
      running += 1;
      const found = look(...query);
      if (found instanceof Promise) return found.finally(end);
      end();
      return found;
    };
  };
  const { search, facets, count, repository } = engine;
  Object.assign(engine, {
    search: counted(search),
    facets: counted(facets),
    count: counted(count),
    repository: counted(repository),
  } satisfies Partial<SearchEngine>);
  return {
    ms: () => ms,
    reset() {
      ms = 0;
    },
  };
}
