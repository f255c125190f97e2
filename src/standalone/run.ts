import { sourceIdentity } from '../api/settings.ts';
import { sleep } from '../async/sleep.ts';
import type { AwsCredentials } from '../aws/credentials.ts';
import { ServiceError } from '../aws/errors.ts';
import type { Meter } from '../aws/meter.ts';
import type { Config } from '../config/load.ts';
import type { Index } from '../dynamodb/open.ts';
import { FEED_SHARDS } from '../dynamodb/state/marker.ts';
import { type RunningSearch, startSearch } from '../server/search-process.ts';
import { tableSettings } from '../table-lifecycle/table-settings.ts';
import type { Logger } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { fill } from './backfill.ts';
import { checkSource } from './check-source.ts';
import type { Voice } from './console.ts';
import { type SettleDeps, settleTables, type TablesMemory } from './ensure-tables.ts';
import { resync } from './resync.ts';
import { invitation, untilSearchHasAll } from './usage-hint.ts';

export interface StandaloneDeps {
  readonly config: Config;
  /** Of the source; undefined for the ambient chain. */
  readonly credentials: AwsCredentials | undefined;
  /** Opens the tables once more, for whoever counts what it asks of them by itself. */
  readonly openIndex: (meter?: Meter) => Index;
  readonly listen: { readonly host: string; readonly port: number };
  readonly monitoringPort: number;
  /** Requests to the registry's storage that are kept under way. */
  readonly concurrency: number;
  /** How often the tables are looked at, in case somebody deletes them. */
  readonly recheckMs: number;
  /** The finding of an earlier resync whose removals are right. */
  readonly confirmation: string | undefined;
  readonly voice: Voice;
  readonly log: Logger;
}

const RESYNC_EVERY_MS = 24 * 60 * 60_000;
const RESYNC_AFTER_FAILURE_MS = 10 * 60_000;

/** There is no cluster to tell one owner from another: the manifest's name is all there is. */
const STANDALONE = { cluster: 'standalone', namespace: 'default' };

/**
 * Does in one process what the operator does with many: makes the tables, fills them when they are new, serves search,
 * and looks from time to time whether that still holds. Until `stop` aborts; rejects when a person has to mend something.
 */
export async function runStandalone(deps: StandaloneDeps, stop: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const running = AbortSignal.any([stop, ended.signal]);
  const index = deps.openIndex();
  const state: State = {
    index,
    memory: { marker: undefined, tried: new Set() },
    search: undefined,
    invited: false,
    resyncAtMs: 0,
  };
  try {
    await keep(deps, state, running);
  } finally {
    ended.abort();
    await state.search?.finished;
    index.close();
  }
}

interface State {
  readonly index: Index;
  readonly memory: TablesMemory;
  search: RunningSearch | undefined;
  invited: boolean;
  /** When filled tables are to be compared with the source: at once where they were found filled, and then daily. */
  resyncAtMs: number;
}

/** Round after round; what may pass by itself is said once while it lasts, and search goes on from memory. */
async function keep(deps: StandaloneDeps, state: State, stop: AbortSignal): Promise<void> {
  let trouble: string | undefined;
  while (!stop.aborted) {
    try {
      await round(deps, state, stop);
      trouble = undefined;
    } catch (error) {
      const passing = passingTrouble(error, stop);
      if (passing !== trouble) deps.voice.say(`${passing}; it is tried again`);
      trouble = passing;
    }
    await sleep(deps.recheckMs, stop);
  }
}

/** Tables, then search, then what is missing in the tables; none of it for a source that cannot be read at all. */
async function round(deps: StandaloneDeps, state: State, stop: AbortSignal): Promise<void> {
  const { voice } = deps;
  const { index, memory } = state;
  if (!state.search) await checkSource(deps.config.settings.source, deps.credentials, stop);
  const marker = await settleTables(settleDeps(deps, state), stop);
  if (!marker) return;
  if (!state.search) {
    state.search = await serve(deps, index, stop);
    voice.say(`search answers at ${state.search.url}`);
    if (marker.complete) voice.say('the tables are filled already: nothing to backfill');
  }
  const filled = marker.complete ? undefined : await fill(deps, { index, marker }, stop);
  memory.marker = filled?.marker ?? marker;
  if (!memory.marker.complete) return;
  if (filled) state.resyncAtMs = Date.now() + RESYNC_EVERY_MS;
  if (filled || !state.invited) await tell(deps, state, filled?.result, stop);
  if (Date.now() < state.resyncAtMs) return;
  state.resyncAtMs = Date.now() + RESYNC_AFTER_FAILURE_MS;
  if (await resync(deps, memory.marker, stop)) state.resyncAtMs = Date.now() + RESYNC_EVERY_MS;
}

/** Says what was filled and how to search, as soon as search finds it. */
async function tell(
  { voice }: StandaloneDeps,
  state: State,
  result: string | undefined,
  stop: AbortSignal,
): Promise<void> {
  const { search, memory } = state;
  if (!search || !memory.marker) return;
  await untilSearchHasAll(search.url, memory.marker, stop);
  if (stop.aborted) return;
  if (result !== undefined) voice.say(result);
  if (!state.invited) voice.say(await invitation(search.url, stop));
  state.invited = true;
}

/** What is wrong, when it may pass by itself; throws what only a person can mend. */
function passingTrouble(error: unknown, stop: AbortSignal): string {
  if (error instanceof ServiceError && error.failure.kind !== 'terminal') return error.failure.message;
  if (stop.aborted) return 'stopped';
  throw error;
}

function settleDeps({ config, voice }: StandaloneDeps, { index, memory }: State): SettleDeps {
  const { repositoryTable, versionTable } = config.settings.index;
  const claim = { owner: { ...STANDALONE, name: config.name }, versionTable };
  const adoptIfOwnerGone = config.spec.adoptionPolicy === 'IfOwnerGone';
  const source = sourceIdentity(config.settings.source);
  return {
    services: {
      tables: index.tables(tableSettings(config.spec, claim)),
      claims: index.claims(claim),
      marker: index.marker,
    },
    claim: { ...claim, repositoryTable, source, adoptIfOwnerGone, feedShards: FEED_SHARDS },
    memory,
    say: voice.say,
    now: Date.now,
  };
}

async function serve(deps: StandaloneDeps, index: Index, stop: AbortSignal): Promise<RunningSearch> {
  const { listen, monitoringPort, log } = deps;
  const registry = createMetrics({ process: true });
  const healthListen = { host: listen.host, port: monitoringPort };
  return startSearch(
    { index: { ...index, records: index.recordsForSearch }, registry, log, listen, healthListen },
    stop,
  );
}
