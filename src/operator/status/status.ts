import { isDeepStrictEqual } from 'node:util';
import { type ConditionUpdate, mergeConditions } from '../../api/conditions.ts';
import type { RegistryIndexStatus } from '../../api/generated.ts';
import { API_VERSION, KIND, type RegistryIndex } from '../../api/registry-index.ts';
import type { Outcome } from '../../kube/outcome.ts';
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

const MAX_MESSAGE_LENGTH = 1_024;

/** Messages quote the API server, pods, and tables that any program may have written. */
function sanitized({ message, ...rest }: ConditionUpdate): ConditionUpdate {
  return { ...rest, message: redacted(message, MAX_MESSAGE_LENGTH) };
}

/**
 * Writes the status if it differs. The uid keeps it from another resource of the same name. True if the resource has
 * another resourceVersion afterwards.
 */
export async function writeStatus(
  deps: Pick<OperatorDeps, 'client'>,
  { index, status }: { index: RegistryIndex; status: RegistryIndexStatus },
  signal: AbortSignal,
): Promise<boolean> {
  if (isDeepStrictEqual(status, index.status)) return false;
  const { name, namespace, uid, resourceVersion } = index.metadata;
  const object = { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace, uid }, status };
  const options = { fieldManager: FIELD_MANAGER, force: true };
  const written = await deps.client.applyStatus(REGISTRY_INDEX, object, options, signal);
  return written.metadata.resourceVersion !== resourceVersion;
}
