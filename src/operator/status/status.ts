import { isDeepStrictEqual } from 'node:util';
import { mergeConditions, type Statement } from '../../api/conditions.ts';
import type { RegistryIndexStatus } from '../../api/generated.ts';
import { API_VERSION, KIND, type RegistryIndex } from '../../api/registry-index.ts';
import type { Outcome } from '../../kube/outcome.ts';
import { foreignWords } from '../../telemetry/foreign-words.ts';
import type { OperatorDeps } from '../deps.ts';
import { FIELD_MANAGER } from '../kube-objects/children.ts';
import { REGISTRY_INDEX } from '../resource-type.ts';
import type { Finding } from './step-result.ts';
import { summarise } from './summary.ts';
import { isSuspended, SUSPENDED } from './suspension.ts';

/** The status after a pass: what its steps say, on top of what they were silent about. Pure. */
export function nextStatus(
  index: RegistryIndex,
  findings: readonly Finding[],
  { outcome, now }: { outcome: Outcome; now: Date },
): RegistryIndexStatus {
  const { status = {} } = index;
  const { generation } = index.metadata;
  const fields: RegistryIndexStatus = Object.assign({}, status, ...findings.map((finding) => finding.status));
  const statements = findings.flatMap((finding) => finding.statements).map(readable);
  const parts = mergeConditions(status.conditions ?? [], statements, { generation, now });
  const summary = isSuspended(index)
    ? SUSPENDED
    : summarise(parts, outcome, findings.find(({ unready }) => unready)?.unready);
  const conditions = mergeConditions(parts, summary, { generation, now });
  return { ...fields, observedGeneration: generation, conditions };
}

const MAX_MESSAGE_LENGTH = 1_024;

/** Some of what is said are words of others: of the API server, of pods, of an index that any program may have written. */
function readable({ message, ...rest }: Statement): Statement {
  return { ...rest, message: foreignWords(message, MAX_MESSAGE_LENGTH) };
}

/**
 * Writes the status when it differs; an equal one is never sent. The uid keeps it from another resource of that name.
 * True when the resource has another version by that.
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
