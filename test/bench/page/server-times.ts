import type { SearchEngine } from '../../../src/search/api.ts';
import { parseQuery } from '../../../src/search/query/parse.ts';
import { createServerBench } from '../../support/search/search-server.ts';
import { corpus } from '../search/corpus.ts';

export interface ViewTimes {
  readonly name: string;
  /** CPU milliseconds of one request. */
  readonly requestMs: number;
  /** The same of what it shows. */
  readonly lookedUpMs: number;
  readonly beyondMs: number;
  readonly bytes: number;
  readonly compressed: number;
}

interface View {
  readonly name: string;
  readonly path: string;
  lookUp(engine: SearchEngine): Promise<unknown>;
}

const TIMES = 400;
const WARM_UP = 200;
const VISIBILITY = [{ names: undefined, showPrivate: false }];
const HTML = { accept: 'text/html' };

/** Each view of a registry of so many repositories. */
export async function measureServer(repositories: number): Promise<{ readonly views: readonly ViewTimes[] }> {
  const records = [...corpus(repositories)];
  const { app, engine } = createServerBench(records, { registryUrl: 'https://registry.example' });
  const name = records[Math.floor(repositories / 2)]?.name ?? '';
  const looks: readonly View[] = [
    { name: 'the first page', path: '/', lookUp: (asked) => searched(asked, '', 'pushed') },
    { name: 'results of a common word', path: '/?q=web', lookUp: (asked) => searched(asked, 'web', 'relevance') },
    {
      name: 'results of two words and a filter',
      path: '/?q=web+api+arch%3Aarm64',
      lookUp: (asked) => searched(asked, 'web api arch:arm64', 'relevance'),
    },
    { name: 'a repository', path: `/r/${name}`, lookUp: (asked) => described(asked, name) },
  ];
  const views: ViewTimes[] = [];
  for (const { lookUp, ...look } of looks) {
    const get = (headers = HTML) => app.inject({ url: look.path, headers: { ...headers, 'accept-encoding': 'gzip' } });
    const [requestMs, lookedUpMs] = [await cpuOf(get), await cpuOf(() => lookUp(engine))];
    const { rawPayload } = await get();
    const { body } = await app.inject({ url: look.path, headers: HTML });
    const sizes = { bytes: Buffer.byteLength(body), compressed: rawPayload.length };
    views.push({ name: look.name, requestMs, lookedUpMs, beyondMs: requestMs - lookedUpMs, ...sizes });
    console.log(`${look.name}: ${requestMs.toFixed(2)} ms, of which ${lookedUpMs.toFixed(2)} ms are looking up`);
  }
  await app.close();
  return { views };
}

async function searched(engine: SearchEngine, text: string, by: 'relevance' | 'pushed') {
  const nowMs = Date.now();
  const query = parseQuery(text, nowMs);
  const page = { sort: { by, reverse: false }, start: { kind: 'offset', offset: 0 }, limit: 25 } as const;
  await engine.search({ query, ...page, visibility: VISIBILITY, show: { kind: 'details' } });
  await engine.facets({ query, nowMs, visibility: VISIBILITY });
}

async function described(engine: SearchEngine, name: string) {
  const tags = { filter: undefined, sort: { by: 'pushed', reverse: false }, cursor: undefined, limit: 100 } as const;
  await engine.repository({ name, tags, visibility: VISIBILITY });
}

/** Milliseconds of CPU of one of many runs. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  for (let time = 0; time < WARM_UP; time += 1) await work();
  const before = process.cpuUsage();
  for (let time = 0; time < TIMES; time += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / TIMES / 1_000;
}
