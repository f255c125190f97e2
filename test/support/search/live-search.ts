import { pino } from 'pino';
import type { IndexSource } from '../../../src/search/replica/loaded-index.ts';
import { type SearchProcessDeps, startSearch } from '../../../src/server/search-process.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';

export interface LiveSearch {
  readonly url: string;
  readonly healthUrl: string;
  readonly nudgeUrl: string | undefined;
  isReady(): boolean;
  /** Names that a term finds, best first. */
  find(term: string): Promise<string[]>;
  stop(): Promise<void>;
}

const LOOPBACK = { host: '127.0.0.1', port: 0 };
const QUICK = { ownershipIntervalMs: 100, feedIntervalMs: 50, backoffCapMs: 100 };

export interface LiveSearchOptions extends Pick<SearchProcessDeps, 'settings' | 'snapshots' | 'access' | 'now'> {
  readonly takesNudges?: boolean;
}

/** The search process on loopback, looking at its index more often than it would in earnest. */
export async function startLiveSearch(index: IndexSource, options: LiveSearchOptions = {}): Promise<LiveSearch> {
  const stopping = new AbortController();
  const { settings, takesNudges = false, ...kept } = options;
  const common = {
    log: pino({ level: 'silent' }),
    metricsRegistry: createMetricsRegistry(),
    settings: { ...QUICK, ...settings },
  };
  const listens = { listen: LOOPBACK, healthListen: LOOPBACK, nudgeListen: takesNudges ? LOOPBACK : undefined };
  const { url, healthUrl, nudgeUrl, isReady, finished } = await startSearch(
    { index, ...common, ...listens, ...kept },
    stopping.signal,
  );
  if (healthUrl === undefined) throw new Error('health is not told');
  return {
    url,
    healthUrl,
    nudgeUrl,
    isReady,
    async find(term) {
      const response = await fetch(`${url}/v1/search?n=100&q=${encodeURIComponent(term)}`);
      const answer: { results: { name: string }[] } = JSON.parse(await response.text());
      return answer.results.map(({ name }) => name);
    },
    async stop() {
      stopping.abort();
      await finished;
    },
  };
}
