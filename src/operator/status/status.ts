import { isDeepStrictEqual } from 'node:util';
import { type ConditionUpdate, MAX_MESSAGE_LENGTH, mergeConditions } from '../../api/conditions.ts';
import type { RegistryIndexStatus } from '../../api/generated.ts';
import { API_VERSION, KIND, type RegistryIndex } from '../../api/registry-index.ts';
import type { Outcome } from '../../kube/outcome.ts';
import type { KubeObject, ObjectMeta } from '../../kube/resource.ts';
import { redacted } from '../../telemetry/untrusted-text.ts';
import type { OperatorDeps } from '../context.ts';
import { FIELD_MANAGER } from '../kube-objects/children.ts';
import { REGISTRY_INDEX } from '../resource.ts';
import type { StatusFields, StepResult } from './step-result.ts';
import { isSuspended, SUSPENDED, summarise } from './summary.ts';

/** The next status: what the steps say, and the present status where they say nothing. */
export function nextStatus(
  index: RegistryIndex,
  results: readonly StepResult[],
  { outcome, now }: { outcome: Outcome; now: Date },
): RegistryIndexStatus {
  const { status = {} } = index;
  const { generation } = index.metadata;
  const fields = Object.assign({}, status, ...results.map((result) => result.status));
  const updates = results.flatMap((result) => result.conditions).map(sanitized);
  const withdrawn = new Set<string>(results.flatMap((result) => result.withdrawn ?? []));
  const present = (status.conditions ?? []).filter(({ type }) => !withdrawn.has(type));
  const parts = mergeConditions(present, updates, { generation, now });
  const summary = isSuspended(index)
    ? SUSPENDED
    : summarise(parts, outcome, results.find(({ unready }) => unready)?.unready);
  const conditions = mergeConditions(parts, summary, { generation, now });
  return { ...withoutUndefined(fields), observedGeneration: generation, conditions };
}

function withoutUndefined(fields: StatusFields): RegistryIndexStatus {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Messages quote the API server, pods, and tables that any program may have written. */
function sanitized({ message, ...rest }: ConditionUpdate): ConditionUpdate {
  return { ...rest, message: redacted(message, MAX_MESSAGE_LENGTH) };
}

interface NextStatus {
  readonly index: RegistryIndex;
  readonly status: RegistryIndexStatus;
}

/**
 * Writes the status if it differs. The uid keeps it from another resource of the same name. True if the resource has
 * another resourceVersion afterwards.
 */
export async function writeStatus(
  deps: Pick<OperatorDeps, 'client'>,
  { index, status }: NextStatus,
  signal: AbortSignal,
): Promise<boolean> {
  if (isDeepStrictEqual(status, index.status)) return false;
  const { name, namespace, uid, resourceVersion } = index.metadata;
  const written = await apply(deps, { metadata: { name, namespace, uid }, status }, signal);
  return written.metadata.resourceVersion !== resourceVersion;
}

/** Writes the status if the resource is still the one that was read; otherwise `Conflict`. */
export async function claimStatus(
  deps: Pick<OperatorDeps, 'client'>,
  next: NextStatus,
  signal: AbortSignal,
): Promise<void> {
  const { name, namespace, uid, resourceVersion } = next.index.metadata;
  await apply(deps, { metadata: { name, namespace, uid, resourceVersion }, status: next.status }, signal);
}

function apply(
  { client }: Pick<OperatorDeps, 'client'>,
  fields: { readonly metadata: ObjectMeta; readonly status: RegistryIndexStatus },
  signal: AbortSignal,
): Promise<KubeObject> {
  const object = { apiVersion: API_VERSION, kind: KIND, ...fields };
  return client.applyStatus(REGISTRY_INDEX, object, { fieldManager: FIELD_MANAGER, force: true }, signal);
}
