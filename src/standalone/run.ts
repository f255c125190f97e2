import { sourceIdentity } from '../api/settings.ts';
import { sleep } from '../async/sleep.ts';
import { ServiceError } from '../aws/errors.ts';
import type { Index } from '../dynamodb/open.ts';
import { FEED_SHARDS, type OwnershipRecord } from '../dynamodb/state/ownership.ts';
import { type RunningIndexer, startIndexer } from '../indexer/events/run-indexer.ts';
import { type RunningSearch, startSearch } from '../server/search-process.ts';
import { tableSettings } from '../table-lifecycle/table-settings.ts';
import { createMetricsRegistry } from '../telemetry/metrics.ts';
import { backfill } from './backfill.ts';
import { checkSource } from './check-source.ts';
import type { StandaloneDeps } from './deps.ts';
import { type EnsureTablesDeps, ensureTables, type TablesState } from './ensure-tables.ts';
import { createGapWatch, type GapWatch } from './gap-watch.ts';
import { resync } from './resync.ts';
import { untilSearchable, usageHint } from './usage-hint.ts';

const RESYNC_EVERY_MS = 24 * 60 * 60_000;
const RESYNC_AFTER_FAILURE_MS = 10 * 60_000;

/** Without a cluster the name in the manifest is all that distinguishes owners. */
const STANDALONE = { cluster: 'standalone', namespace: 'default' };

/**
 * Does in one process what the operator does with several: creates the tables, fills them, serves search, and checks
 * regularly that all of that still holds. Runs until `stop` aborts; rejects if a person has to mend something.
 */
export async function runStandalone(deps: StandaloneDeps, stop: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const running = AbortSignal.any([stop, ended.signal]);
  const index = deps.openIndex();
  const state: State = {
    index,
    tables: { ownership: undefined, tried: new Set() },
    search: undefined,
    indexer: undefined,
    isHintShown: false,
    resyncAtMs: 0,
    gaps: createGapWatch(index.events, Date.now),
  };
  try {
    await repeat(deps, state, running);
  } finally {
    ended.abort();
    await Promise.all([state.search?.finished, state.indexer?.ended]);
    index.close();
  }
}

interface State {
  readonly index: Index;
  readonly tables: TablesState;
  search: RunningSearch | undefined;
  indexer: RunningIndexer | undefined;
  isHintShown: boolean;
  /** When the tables are next compared with the source: at once if they were filled before this run, then daily. */
  resyncAtMs: number;
  readonly gaps: GapWatch;
}

/**
 * Checks again and again. An error that may pass by itself is printed once while it lasts; search goes on from memory.
 */
async function repeat(deps: StandaloneDeps, state: State, stop: AbortSignal): Promise<void> {
  let shown: string | undefined;
  while (!stop.aborted) {
    try {
      await check(deps, state, stop);
      shown = undefined;
    } catch (error) {
      const message = retryableMessage(error, stop);
      if (message !== shown) deps.console.print(`${message}; it is tried again`);
      shown = message;
    }
    await sleep(deps.recheckMs, stop);
  }
}

/** Tables, then search, then backfill or resync; none of these if the source cannot be read at all. */
async function check(deps: StandaloneDeps, state: State, stop: AbortSignal): Promise<void> {
  const { console } = deps;
  const { index, tables } = state;
  if (!state.search) await checkSource(deps.config.settings.source, deps.credentials, stop);
  const ownership = await ensureTables(ensureTablesDeps(deps, state), stop);
  if (!ownership) return;
  if (!state.search) {
    state.search = await serve(deps, index, stop);
    console.print(`search answers at ${state.search.url}`);
    if (!ownership.complete) console.print('what is indexed so far can be searched there already');
  }
  state.indexer ??= await takeNotifications(deps, state, stop);
  const completed = ownership.complete ? undefined : await backfill(deps, { index, ownership }, stop);
  tables.ownership = completed?.ownership ?? ownership;
  if (!tables.ownership.complete) return;
  if (completed) {
    deps.freeMemory();
    state.resyncAtMs = Date.now() + RESYNC_EVERY_MS;
  }
  if (completed || !state.isHintShown) await showUsage(deps, state, completed?.summary, stop);
  await resyncWhenDue(deps, state, tables.ownership, stop);
}

/** Daily, and where events may have been missed. */
async function resyncWhenDue(
  deps: StandaloneDeps,
  state: State,
  ownership: OwnershipRecord,
  stop: AbortSignal,
): Promise<void> {
  const missed = state.indexer && wantsResyncOnGap(deps) ? await state.gaps.due(stop) : undefined;
  if (missed !== undefined)
    deps.console.print(`events may have been missed (${missed}): comparing the tables with the source`);
  else if (Date.now() < state.resyncAtMs) return;
  state.resyncAtMs = Date.now() + RESYNC_AFTER_FAILURE_MS;
  if (await resync(deps, ownership, stop)) state.resyncAtMs = Date.now() + RESYNC_EVERY_MS;
  deps.freeMemory();
}

function wantsResyncOnGap({ config }: StandaloneDeps): boolean {
  return config.spec.notifications?.resyncOnGap !== false;
}

/** Prints the summary of the backfill, and once how to search, as soon as search finds everything. */
async function showUsage(
  { console }: StandaloneDeps,
  state: State,
  summary: string | undefined,
  stop: AbortSignal,
): Promise<void> {
  const { search, tables } = state;
  if (!search || !tables.ownership) return;
  const repositories = await untilSearchable(search.url, tables.ownership, stop);
  if (repositories === undefined) return;
  console.print(summary ?? `${repositories} repositories were indexed before: nothing to backfill`);
  if (!state.isHintShown) console.print(await usageHint(search.url, stop));
  state.isHintShown = true;
}

/** The message of an error that may pass by itself; throws any other error. */
function retryableMessage(error: unknown, stop: AbortSignal): string {
  if (error instanceof ServiceError && error.failure.kind !== 'terminal') return error.failure.message;
  if (stop.aborted) return 'stopped';
  throw error;
}

function ensureTablesDeps({ config, console }: StandaloneDeps, { index, tables }: State): EnsureTablesDeps {
  const { repositoryTable, versionTable } = config.settings.index;
  const claim = { owner: { ...STANDALONE, name: config.name }, versionTable };
  const adoptIfOwnerGone = config.spec.adoptionPolicy === 'IfOwnerGone';
  const source = sourceIdentity(config.settings.source);
  return {
    services: {
      tables: index.tables(tableSettings(config.spec, claim)),
      claims: index.claims(claim),
      ownership: index.ownership,
    },
    wanted: { ...claim, repositoryTable, source, adoptIfOwnerGone, feedShards: FEED_SHARDS },
    state: tables,
    print: console.print,
    now: Date.now,
  };
}

/** What is written because of an event is found at once: search reads it without waiting for the feed. */
async function takeNotifications(
  deps: StandaloneDeps,
  { index, search }: State,
  stop: AbortSignal,
): Promise<RunningIndexer | undefined> {
  const { config, credentials, concurrency, notifications, console, log } = deps;
  if (!notifications) return undefined;
  const { source, writeUnits } = config.settings;
  const onWritten = (name: string) => {
    search?.refresh(new Set([name]), AbortSignal.any([stop, AbortSignal.timeout(REFRESH_TIMEOUT_MS)])).catch((err) => {
      log.warn({ err, repository: name }, 'Failed to refresh a repository in search; the feed will');
    });
  };
  const common = { index, identity: INDEXER, source, credentials, concurrency, writeUnits, onWritten, log };
  const indexer = await startIndexer({ ...common, ...notifications, metricsRegistry: createMetricsRegistry() }, stop);
  if (notifications.token) console.print(`notifications are taken at ${indexer.url}/notifications`);
  if (notifications.webhookSecret)
    console.print(`events of a store are taken at ${indexer.url}/events/<store>/<secret>`);
  if (notifications.queue) console.print(`events of the bucket are read from ${notifications.queue.url}`);
  return indexer;
}

const REFRESH_TIMEOUT_MS = 5_000;
/** The tables are of one `run`, so there is one indexer. */
const INDEXER = 'run';

async function serve(deps: StandaloneDeps, index: Index, stop: AbortSignal): Promise<RunningSearch> {
  const { listen, monitoringPort, log, corsOrigins, registryUrl, access, snapshots } = deps;
  const metricsRegistry = createMetricsRegistry({ process: true });
  const healthListen = { host: listen.host, port: monitoringPort };
  const served = { ...index, records: index.recordsForSearch };
  const places = { listen, healthListen, ...(snapshots && { snapshots }) };
  return startSearch({ index: served, metricsRegistry, log, corsOrigins, registryUrl, access, ...places }, stop);
}
