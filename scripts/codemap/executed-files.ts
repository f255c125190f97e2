import { Session } from 'node:inspector/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Registry } from 'prom-client';
import { createSearchEngine } from '../../src/search/engine/create-engine.ts';
import type { ServedIndex } from '../../src/search/served-index.ts';
import { buildSearchServer } from '../../src/server/app.ts';
import { createLogger } from '../../src/telemetry/log.ts';

const REPOSITORIES = 200;

/** The files of `src` in which one `GET /v1/search` runs code, when the server has started and answered others. */
export async function filesOfOneSearch(): Promise<string[]> {
  const served = sampleIndex();
  const { app } = buildSearchServer({
    replica: { current: () => served },
    metricsRegistry: new Registry(),
    log: createLogger({ level: 'silent' }),
  });
  const session = new Session();
  session.connect();
  try {
    await app.inject({ url: '/v1/search?q=api' });
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    await app.inject({ url: '/v1/search?q=web' });
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return result.filter(hasRun).map(({ url }) => relative(process.cwd(), fileURLToPath(url)));
  } finally {
    session.disconnect();
    await app.close();
  }
}

function sampleIndex(): ServedIndex {
  const engine = createSearchEngine();
  for (let i = 0; i < REPOSITORIES; i += 1) engine.upsert(recordOf(`team-${i % 9}/web-${i}`));
  return { engine, epoch: 1, incomplete: false };
}

function recordOf(name: string) {
  const tags = [{ name: 'latest', digest: `sha256:${'a'.repeat(64)}`, pushedAtMs: 1_000, platforms: ['linux/amd64'] }];
  const texts = { title: undefined, summary: undefined, labels: {}, createdAtMs: undefined };
  const profile = { platforms: ['linux/amd64'], types: ['image'], referrers: [], isPrivate: false };
  return { name, ...texts, ...profile, tags, pushedAtMs: 1_000 };
}

interface Covered {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
}

function hasRun({ url, functions }: Covered): boolean {
  if (!/\/src\/.*\.tsx?$/.test(url)) return false;
  return functions.some(({ ranges }) => ranges.some(({ count }) => count > 0));
}
