import { falseCondition, type Problem } from '../api/conditions.ts';
import type { RegistryIndex } from '../api/registry-index.ts';
import { settingsOf } from '../api/settings.ts';
import { placeOf } from '../aws/place.ts';
import { after, done, type Outcome, retry, stalled } from '../kube/outcome.ts';
import { tableSettings } from '../table-lifecycle/table-settings.ts';
import { ensureBackfill, unblockNamespace } from './backfill/ensure-backfill.ts';
import { readCaVersions } from './ca-bundles.ts';
import type { OperatorDeps, ReconcileContext } from './context.ts';
import { readCredentials } from './credentials.ts';
import { deleteTables, maySkipCleanup, removeFinalizer } from './deletion/delete-tables.ts';
import { ensureFinalizer, hasFinalizer } from './deletion/finalizer.ts';
import { undeletable } from './deletion/undeletable.ts';
import { ensureIndexer, type IndexerResult } from './indexer-service/ensure-indexer.ts';
import { suspendResync } from './resync/cron-job.ts';
import { ensureResync } from './resync/ensure-resync.ts';
import { ensureRoutes } from './search-route/ensure-routes.ts';
import { ensureSearch } from './search-service/ensure-search.ts';
import { secretRecheckMs } from './secret-recheck.ts';
import { describeFailure, failed, withStepTimeout } from './status/failure.ts';
import { degraded, newProblems } from './status/problems.ts';
import { nextStatus, writeStatus } from './status/status.ts';
import type { StepResult } from './status/step-result.ts';
import { isSuspended, mostUrgent } from './status/summary.ts';
import { ensureTables, type TablesResult } from './tables/ensure-tables.ts';
import { validate } from './validation/validate.ts';

/** The cache does not show our last write of the status yet. Going on from the older status would lose that write. */
const CACHE_BEHIND_MS = 50;
/**
 * The epoch is about to be in the status. Our own write of it triggers no reconciliation, so the next one is asked for.
 */
const EPOCH_RECORDED_MS = 200;

/**
 * Reconciles one resource: observes, takes at most one step about each part, writes the status, and says when to come
 * back. It waits for nothing and may end at any line: the next reconciliation goes on from what it observes.
 */
export async function reconcile(deps: OperatorDeps, index: RegistryIndex, signal: AbortSignal): Promise<Outcome> {
  const state = deps.state.of(index.metadata.uid);
  if (state.replacedVersion === index.metadata.resourceVersion) return after(CACHE_BEHIND_MS);
  const results = [...(await runSteps(deps, index, signal)), await namespaceStep(deps, index, signal)];
  const outcome = mostUrgent(results);
  const status = nextStatus(index, results, { outcome, now: deps.now() });
  const written = !isReleased(index, outcome) && (await writeStatus(deps, { index, status }, signal));
  if (written) state.replacedVersion = index.metadata.resourceVersion;
  for (const problem of newProblems(index, results)) recordProblem(deps, index, problem);
  return outcome;
}

async function runSteps(deps: OperatorDeps, index: RegistryIndex, signal: AbortSignal): Promise<StepResult[]> {
  const isDeleting = index.metadata.deletionTimestamp !== undefined;
  if (isDeleting && !hasFinalizer(index)) return [];
  if (isDeleting && maySkipCleanup(index)) return [await removeFinalizer(deps, index, signal)];
  if (isSuspended(index)) return [await suspendResync(deps, index, signal)];
  const context = await prepare(deps, index, signal).catch((error) => failed('TablesReady', error));
  if ('conditions' in context) return [context];
  if ('reason' in context)
    return isDeleting
      ? [await undeletable(deps, index, { problem: context, signal })]
      : [rejected(deps, index, context), await pauseResync(deps, index, signal)];
  if (isDeleting) return [await inTime(context, 'tables', deleteTables).catch((error) => failed('TablesReady', error))];
  await ensureFinalizer(deps, index, signal);
  return ensureAll(context);
}

/** For every resource: one that is suspended or not valid may have a Job too, which keeps a namespace from going. */
async function namespaceStep(deps: OperatorDeps, index: RegistryIndex, signal: AbortSignal): Promise<StepResult> {
  const target = { service: API_SERVER, subject: 'the namespace' };
  return withStepTimeout(signal, target, (limited) => unblockNamespace({ deps, index, signal: limited })).catch(
    (error) => ({
      conditions: [],
      outcome: retry(error),
    }),
  );
}

/** The context, or what is wrong with the resource or its Secrets. */
async function prepare(
  deps: OperatorDeps,
  index: RegistryIndex,
  signal: AbortSignal,
): Promise<ReconcileContext | Problem> {
  const problem = validate(index, deps.policy);
  if (problem) return problem;
  const target = { service: API_SERVER, subject: 'the Secrets' };
  const credentials = await withStepTimeout(signal, target, (limited) => readCredentials(deps, index, limited));
  if ('reason' in credentials) return credentials;
  const caVersions = await withStepTimeout(signal, target, (limited) => readCaVersions(deps, index, limited));
  if ('reason' in caVersions) return caVersions;
  const settings = settingsOf(index.spec);
  const { uid, namespace, name } = index.metadata;
  const services = deps.pool.open(uid, {
    location: settings.index,
    settings: tableSettings(index.spec, {
      owner: { cluster: deps.cluster, namespace, name },
      versionTable: settings.index.versionTable,
    }),
    credentials: credentials.operator,
  });
  const { pods: podSecrets, podRoles } = credentials;
  return { deps, index, settings, services, podSecrets, podRoles, caVersions, signal };
}

const API_SERVER = 'the API server';

/** Ends a step that hangs, so that the steps after it are taken. */
function inTime<P extends ReconcileContext, T>(context: P, step: Step, run: (context: P) => Promise<T>): Promise<T> {
  const service =
    step === 'search' || step === 'indexer' || step === 'routes'
      ? API_SERVER
      : placeOf('DynamoDB', context.settings.index);
  return withStepTimeout(context.signal, { service, subject: `the ${step}` }, (signal) => run({ ...context, signal }));
}

type Step = 'tables' | 'backfill' | 'search' | 'indexer' | 'resync' | 'routes';

/**
 * The steps in the order in which data flows. Search goes on while tables are created again: it answers from memory.
 */
async function ensureAll(before: ReconcileContext): Promise<StepResult[]> {
  const tables = await inTime(before, 'tables', ensureTables).catch(
    (error): TablesResult => ({ ...failed('TablesReady', error), ownership: undefined }),
  );
  const context = { ...before, versionKey: versionKey(before, tables) };
  const backfill = await backfillStep(context, tables);
  const search = await searchStep(context, tables);
  const indexer = await indexerStep(context, tables);
  const resync = await resyncStep(context, tables, indexer);
  const routes = await inTime(context, 'routes', ensureRoutes).catch(
    (error): StepResult => ({ conditions: [], degradation: describeFailure(error), outcome: retry(error) }),
  );
  const results = [tables, backfill, search, indexer, resync, routes];
  return [...results, degraded(context, results)];
}

/** The key for versions of Secrets, also while the tables cannot be read. */
function versionKey({ deps, index }: ReconcileContext, { ownership }: TablesResult): string | undefined {
  const state = deps.state.of(index.metadata.uid);
  state.versionKey = ownership?.nudgeKey ?? state.versionKey;
  return state.versionKey;
}

/**
 * The status has an epoch before anything is started for it. If the ownership record is lost later, the next epoch has
 * another number, and workers of this one can no longer write.
 */
async function backfillStep(
  context: ReconcileContext,
  { ownership, outcome, conditions }: TablesResult,
): Promise<StepResult> {
  if (outcome.kind === 'retry') return { conditions: [], outcome: done };
  const isReady = conditions.some(({ type, status }) => type === 'TablesReady' && status === 'True');
  const isRecorded = ownership?.epoch === context.index.status?.epoch;
  if (ownership && isReady && isRecorded)
    return inTime({ ...context, ownership }, 'backfill', ensureBackfill).catch((error) =>
      failed('BackfillComplete', error),
    );
  const waiting = [falseCondition('BackfillComplete', 'WaitingForTables')];
  return { conditions: waiting, outcome: isReady ? after(EPOCH_RECORDED_MS) : done };
}

/** A resync needs filled tables that are ours. */
async function resyncStep(
  context: ReconcileContext,
  { ownership, outcome }: TablesResult,
  indexer: IndexerResult,
): Promise<StepResult> {
  if (outcome.kind === 'stalled') return pauseResync(context.deps, context.index, context.signal);
  if (!ownership?.complete || outcome.kind === 'retry') return { conditions: [], outcome: done };
  return inTime({ ...context, ownership }, 'resync', (limited) => ensureResync(limited, indexer)).catch((error) => {
    return { conditions: [], degradation: describeFailure(error), outcome: retry(error) };
  });
}

async function searchStep(context: ReconcileContext, { ownership }: TablesResult): Promise<StepResult> {
  const hasEpoch = ownership !== undefined || context.index.status?.epoch !== undefined;
  if (hasEpoch)
    return inTime(context, 'search', (limited) => ensureSearch(limited, ownership)).catch((error) =>
      failed('SearchAvailable', error),
    );
  return { conditions: [falseCondition('SearchAvailable', 'WaitingForTables')], outcome: done };
}

/** Until the tables are ours there is nothing that an indexer could write. */
async function indexerStep(context: ReconcileContext, { ownership }: TablesResult): Promise<IndexerResult> {
  const hasEpoch = ownership !== undefined || context.index.status?.epoch !== undefined;
  if (context.index.spec.notifications && !hasEpoch)
    return { conditions: [falseCondition('Fresh', 'WaitingForTables')], outcome: done };
  return inTime(context, 'indexer', ensureIndexer).catch((error) => failed('Fresh', error));
}

function rejected(deps: OperatorDeps, index: RegistryIndex, problem: Problem): StepResult {
  const { reason, message } = problem;
  return { conditions: [], outcome: stalled(reason, message, secretRecheckMs(deps, index, problem)) };
}

/** A resource that is not valid keeps what runs and starts nothing new: its endpoint or its keys may be the mistake. */
async function pauseResync(deps: OperatorDeps, index: RegistryIndex, signal: AbortSignal): Promise<StepResult> {
  return suspendResync(deps, index, signal).catch((error) => ({ conditions: [], outcome: retry(error) }));
}

/** A resource without its finalizer is gone, and has no status to write. */
function isReleased({ metadata }: RegistryIndex, outcome: Outcome): boolean {
  return metadata.deletionTimestamp !== undefined && outcome.kind === 'done';
}

function recordProblem({ events }: OperatorDeps, index: RegistryIndex, { reason, message }: Problem): void {
  events.record(index, {
    type: 'Warning',
    reason,
    action: 'Reconcile',
    note: message,
  });
}
