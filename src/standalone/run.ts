import { sourceIdentity } from '../api/settings.ts';
import { sleep } from '../async/sleep.ts';
import type { ServiceCredentials } from '../aws/credentials.ts';
import type { Config } from '../config/load.ts';
import type { Marker } from '../index/marker.ts';
import { type Index, openIndex } from '../index/open-index.ts';
import { tableSettings } from '../operator/table-settings.ts';
import type { KnownTables } from '../operator/tables/observation.ts';
import { startSearch } from '../server/search-process.ts';
import type { Logger } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { fill } from './fill.ts';
import { settleTables } from './settle-tables.ts';
import type { Voice } from './voice.ts';

export interface StandaloneDeps {
  readonly config: Config;
  readonly credentials: ServiceCredentials;
  readonly listen: { readonly host: string; readonly port: number };
  readonly monitoringPort: number;
  /** Requests to the registry's storage that are kept under way. */
  readonly concurrency: number;
  /** How often the tables are looked at, in case somebody deletes them. */
  readonly recheckMs: number;
  readonly voice: Voice;
  readonly log: Logger;
}

/** There is no cluster to tell one owner from another: the manifest's name is all there is. */
const STANDALONE = { cluster: 'standalone', namespace: 'default' };
const FEED_SHARDS = 8;

/**
 * Does in one process what the operator does with many: makes the tables, fills them when they are new, serves search,
 * and looks from time to time whether that still holds. Until `stop` aborts.
 */
export async function runStandalone(deps: StandaloneDeps, stop: AbortSignal): Promise<void> {
  const { config, credentials, log } = deps;
  const index = openIndex({ location: config.settings.index, credentials: credentials.dynamodb });
  try {
    const first = await settle(deps, { index, before: undefined }, stop);
    if (!first) return;
    const search = await serve(deps, index, stop);
    await keep(deps, { index, first, url: search.url }, stop);
    await search.finished;
  } finally {
    index.close();
    log.flush();
  }
}

/** One round after the other: tables, then what is missing in them. */
async function keep(
  deps: StandaloneDeps,
  { index, first, url }: { index: Index; first: Marker; url: string },
  stop: AbortSignal,
): Promise<void> {
  let marker: Marker | undefined = first;
  let told = false;
  while (marker && !stop.aborted) {
    if (!marker.complete) await fill(deps, { index, marker }, stop);
    else if (!told) deps.voice.say('the tables are filled already: nothing to backfill');
    if (!told && !stop.aborted) deps.voice.say(invitation(url));
    told = true;
    await sleep(deps.recheckMs, stop);
    marker = await settle(deps, { index, before: marker }, stop);
  }
}

async function settle(
  { config, voice }: StandaloneDeps,
  { index, before }: { index: Index; before: Marker | undefined },
  stop: AbortSignal,
): Promise<Marker | undefined> {
  const owner = { ...STANDALONE, name: config.name };
  const services = { tables: index.tables(tableSettings(config.spec, owner)), marker: index.marker };
  const adoptIfOwnerGone = config.spec.adoptionPolicy === 'IfOwnerGone';
  const claim = { owner, source: sourceIdentity(config.settings.source), adoptIfOwnerGone, feedShards: FEED_SHARDS };
  return settleTables({ services, claim, known: knownFrom(before), say: voice.say, now: Date.now }, stop);
}

function knownFrom(marker: Marker | undefined): KnownTables {
  return {
    repositoryTable: marker?.repositoryTable,
    epoch: marker?.epoch ?? 0,
    completedOnce: marker !== undefined && (marker.complete || marker.refill),
  };
}

async function serve({ listen, monitoringPort, log }: StandaloneDeps, index: Index, stop: AbortSignal) {
  const registry = createMetrics({ process: true });
  const healthListen = { host: listen.host, port: monitoringPort };
  return startSearch({ index, registry, log, listen, healthListen }, stop);
}

function invitation(url: string): string {
  const host = new URL(url).host;
  return [
    `search answers at ${url}`,
    '',
    `  curl '${url}/v1/search?q=pay'`,
    `  docker search ${host}/pay`,
    '',
    'Ctrl-C ends it.',
  ].join('\n');
}
