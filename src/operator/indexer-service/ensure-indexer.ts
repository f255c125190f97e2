import { falseCondition, type Problem } from '../../api/conditions.ts';
import { isoTime } from '../../api/iso-time.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { TOKEN_VARIABLE, WEBHOOK_VARIABLE } from '../../api/settings.ts';
import type { EventReport } from '../../dynamodb/state/event-report.ts';
import { type OpenGap, openGapOf } from '../../dynamodb/state/open-gap.ts';
import { after, done } from '../../kube/outcome.ts';
import { DEPLOYMENT, DISRUPTION_BUDGET, SERVICE } from '../../kube/resource.ts';
import type { ReconcileContext } from '../context.ts';
import { ensureCached, removeCached } from '../kube-objects/children.ts';
import { ensureDisruptionBudget } from '../kube-objects/disruption.ts';
import { ensureDeployment, podRuntime } from '../kube-objects/pod-runtime.ts';
import type { SecretVariable } from '../kube-objects/pod-template.ts';
import { secretRecheckMs } from '../secret-recheck.ts';
import { readSecret } from '../secrets.ts';
import { deploymentAvailability, replicasOf } from '../status/availability.ts';
import { withPodCause } from '../status/pod-cause.ts';
import type { StepResult } from '../status/step-result.ts';
import { freshness } from './freshness.ts';
import { indexerDeployment, indexerService, notificationsEndpoint } from './manifests.ts';

export interface IndexerResult extends StepResult {
  /** What a resync has to find because events missed it. */
  readonly gap?: OpenGap | undefined;
}

/** Applies the indexer's Deployment and Service, or removes them if the resource no longer wants notifications. */
export async function ensureIndexer(context: ReconcileContext): Promise<IndexerResult> {
  const { deps, index, services, signal } = context;
  if (!index.spec.notifications) return removeIndexer(context);
  const variables = await readVariables(context);
  if ('reason' in variables)
    return {
      conditions: [falseCondition('Fresh', variables.reason, variables.message)],
      outcome: after(secretRecheckMs(deps, index, variables) ?? deps.recheckMs()),
    };
  const runtime = { ...podRuntime(context, 'indexer'), variables };
  const deployment = await ensureDeployment(context, runtime, indexerDeployment(index, runtime));
  await ensureCached(context, SERVICE, indexerService(index));
  await ensureDisruptionBudget(context, 'indexer', replicasOf(deployment));
  const report = await services.events.read(signal);
  const gap = openGapOf(report);
  const availability = await withPodCause(context, 'indexer', deploymentAvailability(deployment, INDEXER));
  const { lastGapResyncTime } = index.status?.notifications ?? {};
  return {
    conditions: [freshness(index, availability, { report, nowMs: deps.now().getTime() })],
    status: {
      notifications: {
        endpoint: notificationsEndpoint(index),
        ...lastEvent(index, report),
        ...(lastGapResyncTime === undefined ? {} : { lastGapResyncTime }),
      },
    },
    ...(isBraked(gap) ? { degradation: BRAKED } : {}),
    gap,
    outcome: after(deps.recheckMs()),
  };
}

const INDEXER = { type: 'Fresh', available: 'the indexer listens', starting: 'StartingIndexer' } as const;

const MINUTE_MS = 60_000;

/** Moves on by whole minutes, because several indexers report and each change of the status is a write. */
function lastEvent(index: RegistryIndex, { eventAtMs }: EventReport): { readonly lastEventTime?: string } {
  if (eventAtMs === 0) return {};
  const shown = index.status?.notifications?.lastEventTime;
  const isNear = shown !== undefined && Math.abs(eventAtMs - Date.parse(shown)) < MINUTE_MS;
  return { lastEventTime: isNear ? shown : isoTime(eventAtMs) };
}

function isBraked(gap: OpenGap | undefined): boolean {
  return gap?.gaps.some(({ reason }) => reason === 'RemovalsWithheld') ?? false;
}

const BRAKED: Problem = {
  reason: 'MassDeletion',
  message:
    'many repositories are gone from the bucket; events have removed as many of them as may go within an hour, and a resync decides about the rest',
};

interface Reference {
  readonly field: string;
  readonly variable: string;
  readonly name: string;
  readonly key: string;
}

/** The names of the callers' Secrets, or what is wrong with these Secrets. */
async function readVariables({ deps, index, signal }: ReconcileContext): Promise<SecretVariable[] | Problem> {
  const { namespace } = index.metadata;
  const variables: SecretVariable[] = [];
  for (const { field, variable, name, key } of referencesOf(index)) {
    const secret = await readSecret(deps, index, { name, keys: [key] }, signal);
    const what = `Secret ${name}, which notifications.${field} names,`;
    if (!secret) return { reason: 'SecretNotFound', message: `${what} does not exist in namespace ${namespace}` };
    if (!secret.entries[key]) return { reason: 'SecretIncomplete', message: `${what} has no value for ${key}` };
    variables.push({ name: variable, secret, key });
  }
  return variables;
}

function referencesOf({ spec: { notifications } }: RegistryIndex): Reference[] {
  const { tokenSecretRef, webhookSecretRef } = notifications ?? {};
  return [
    ...(tokenSecretRef ? [{ field: 'tokenSecretRef', variable: TOKEN_VARIABLE, ...tokenSecretRef }] : []),
    ...(webhookSecretRef ? [{ field: 'webhookSecretRef', variable: WEBHOOK_VARIABLE, ...webhookSecretRef }] : []),
  ];
}

/** A resource that never wanted notifications has no condition about them. */
async function removeIndexer(context: ReconcileContext): Promise<StepResult> {
  const { index } = context;
  const unwanted = indexerService(index);
  for (const type of [DEPLOYMENT, SERVICE, DISRUPTION_BUDGET] as const) await removeCached(context, type, unwanted);
  const had = index.status?.conditions?.some(({ type }) => type === 'Fresh') ?? false;
  return had ? { ...NOTHING, withdrawn: ['Fresh'], status: { notifications: undefined } } : NOTHING;
}

const NOTHING: StepResult = { conditions: [], outcome: done };
