import { UID_LABEL } from '../../api/names.ts';
import { type SearchCounts, type SearchReport, servesEpoch } from '../../client/search-status.ts';
import type { OwnershipRecord } from '../../dynamodb/state/ownership.ts';
import { isRecord } from '../../json/is-record.ts';
import { after } from '../../kube/outcome.ts';
import { type KubeObject, keyOf, SERVICE } from '../../kube/resource.ts';
import type { ReconcileContext } from '../context.ts';
import { ensureCached, removeCached } from '../kube-objects/children.ts';
import { ensureDisruptionBudget } from '../kube-objects/disruption.ts';
import { ensureDeployment, podRuntime } from '../kube-objects/pod-runtime.ts';
import { isRolledOut, type Rollout, replicasOf, rolloutOf, searchAvailability } from '../status/availability.ts';
import { withPodCause } from '../status/pod-cause.ts';
import type { StepResult } from '../status/step-result.ts';
import { handOverReplicas } from './hand-over-replicas.ts';
import { SEARCH_PORT, searchDeployment, searchEndpoint, searchPodsService, searchService } from './manifests.ts';

/** Search loads a backfill that has just become complete a second or two later. */
const LOADING_MS = 500;

/** Applies the search Deployment and Service, and reports how much they find of the ownership record's epoch. */
export async function ensureSearch(
  context: ReconcileContext,
  ownership: OwnershipRecord | undefined,
): Promise<StepResult> {
  const { deps, index } = context;
  const runtime = podRuntime(context, 'search');
  const wanted = searchDeployment(index, runtime);
  await handOverReplicas(context, wanted);
  const deployment = await ensureDeployment(context, runtime, wanted);
  const service = await ensureCached(context, SERVICE, searchService(index, selectsByUid(context, deployment)));
  await ensureNudgeService(context);
  await ensureDisruptionBudget(context, 'search', replicasOf(deployment));
  const availability = await withPodCause(context, 'search', searchAvailability(deployment));
  const found = { conditions: [availability], status: { endpoint: searchEndpoint(index) } };
  if (availability.status !== 'True') return { ...found, outcome: after(deps.recheckMs()) };
  const rollout = await rolloutResult(context, rolloutOf(deployment));
  if (!ownership?.complete) return { ...found, ...rollout, outcome: after(deps.recheckMs()) };
  const report = await fetchSearchReport(context, service, ownership);
  if (!servesEpoch(report, ownership)) return { ...found, unready: LOADING, ...rollout, outcome: after(LOADING_MS) };
  const degradation = rollout.degradation ?? report?.problem;
  return {
    ...found,
    ...rollout,
    ...(degradation ? { degradation } : {}),
    status: { ...found.status, ...countsOf(report) },
    outcome: after(deps.recheckMs()),
  };
}

/**
 * Search answers from the earlier pods while a rollout goes on or is stuck, but it is not what the resource asks for.
 */
async function rolloutResult(
  context: ReconcileContext,
  rollout: Rollout,
): Promise<Pick<StepResult, 'unready' | 'degradation'>> {
  if (rollout.kind === 'done') return {};
  if (rollout.kind === 'progressing') return { unready: { reason: 'RollingOut', message: rollout.message } };
  const problem = await withPodCause(context, 'search', { reason: 'RolloutStuck', message: rollout.message });
  return { unready: problem, degradation: problem };
}

/** Pods are nudged where there is an indexer. */
async function ensureNudgeService(context: ReconcileContext): Promise<void> {
  const service = searchPodsService(context.index);
  if (context.index.spec.notifications) await ensureCached(context, SERVICE, service);
  else await removeCached(context, SERVICE, service);
}

/** Pods of an earlier version have no uid label. The Service selects them too until the rollout has replaced them. */
function selectsByUid({ deps, index }: ReconcileContext, deployment: KubeObject): boolean {
  const live = deps.caches.services.get(keyOf(searchService(index, true)));
  const selector = isRecord(live?.spec) ? live.spec.selector : undefined;
  return !live || (isRecord(selector) && UID_LABEL in selector) || isRolledOut(deployment);
}

const LOADING = { reason: 'LoadingSearch', message: 'the search service loads what was filled' };

function countsOf(report: SearchReport | undefined): Partial<SearchCounts> {
  return report ? { repositories: report.repositories, tags: report.tags } : {};
}

/** A person looks at the status no more often. */
const REPORT_AGE_MS = 60_000;

/**
 * The report of search on a complete epoch: asked for until search has loaded the whole epoch, then once a minute at
 * most. A service that does not answer is asked once a minute too.
 */
export async function fetchSearchReport(
  { deps, index, signal }: ReconcileContext,
  service: KubeObject,
  ownership: OwnershipRecord,
): Promise<SearchReport | undefined> {
  const state = deps.state.of(index.metadata.uid);
  const nowMs = deps.now().getTime();
  const { searchReport: report } = state;
  const isFinal = report?.value === undefined || servesEpoch(report.value, ownership);
  const notBeforeMs = Math.max(nowMs - REPORT_AGE_MS, ownership.completedAtMs ?? 0);
  if (report && isFinal && report.atMs > notBeforeMs) return report.value;
  const address = addressOf(service);
  const value =
    address === undefined
      ? undefined
      : await deps.probe({ url: `http://${address}:${SEARCH_PORT}`, nudgeKey: ownership.nudgeKey }, signal);
  state.searchReport = { atMs: nowMs, value };
  return value;
}

/** The Service's cluster IP, not its name, so that the operator can also run outside the cluster. */
function addressOf({ spec }: KubeObject): string | undefined {
  if (!isRecord(spec)) return undefined;
  const { clusterIP } = spec;
  if (typeof clusterIP !== 'string' || clusterIP === '' || clusterIP === 'None') return undefined;
  return clusterIP.includes(':') ? `[${clusterIP}]` : clusterIP;
}
