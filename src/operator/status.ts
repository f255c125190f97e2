import { isDeepStrictEqual } from 'node:util';
import { mergeConditions, type Statement } from '../api/conditions.ts';
import type { RegistryIndexStatus } from '../api/generated.ts';
import { API_VERSION, KIND, type RegistryIndex } from '../api/registry-index.ts';
import type { Outcome } from '../kube/outcome.ts';
import { FIELD_MANAGER } from './children.ts';
import type { OperatorDeps } from './deps.ts';
import type { Finding } from './finding.ts';
import { REGISTRY_INDEX } from './resource-type.ts';
import { summarise } from './summary.ts';

/** The status after a pass: what its steps say, on top of what they were silent about. Pure. */
export function nextStatus(
  { metadata, status = {} }: Pick<RegistryIndex, 'metadata' | 'status'>,
  findings: readonly Finding[],
  { outcome, now }: { outcome: Outcome; now: Date },
): RegistryIndexStatus {
  const statements = allStatements(status, findings, outcome);
  const fields: RegistryIndexStatus = Object.assign({}, status, ...findings.map((finding) => finding.status));
  return {
    ...fields,
    observedGeneration: metadata.generation,
    conditions: mergeConditions(status.conditions ?? [], statements, { generation: metadata.generation, now }),
  };
}

/** Later statements win; conditions that nobody spoke of stay as they are. */
function allStatements(status: RegistryIndexStatus, findings: readonly Finding[], outcome: Outcome): Statement[] {
  const said = new Map<string, Statement>(
    (status.conditions ?? []).map((condition) => [condition.type, condition as Statement]),
  );
  for (const statement of findings.flatMap(({ statements }) => statements)) said.set(statement.type, statement);
  for (const statement of summarise([...said.values()], outcome)) said.set(statement.type, statement);
  return [...said.values()].map(({ type, status, reason, message }) => ({ type, status, reason, message }));
}

/** Writes the status when it differs; an equal one is never sent. */
export async function writeStatus(
  deps: Pick<OperatorDeps, 'client'>,
  { index, status }: { index: RegistryIndex; status: RegistryIndexStatus },
  signal: AbortSignal,
): Promise<void> {
  if (isDeepStrictEqual(status, index.status)) return;
  const { name, namespace } = index.metadata;
  const object = { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace }, status };
  await deps.client.applyStatus(REGISTRY_INDEX, object, { fieldManager: FIELD_MANAGER, force: true }, signal);
}
