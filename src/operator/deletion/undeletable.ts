import type { Problem } from '../../api/conditions.ts';
import { ABANDON_ANNOTATION } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { settingsOf } from '../../api/settings.ts';
import { stalled } from '../../kube/outcome.ts';
import type { KubeObject } from '../../kube/resource.ts';
import type { OperatorDeps } from '../context.ts';
import { terminatingNamespace } from '../kube-objects/namespace.ts';
import { isAboutSecrets, secretRecheckMs } from '../secret-recheck.ts';
import type { StepResult } from '../status/step-result.ts';
import { removeFinalizer } from './delete-tables.ts';

/** How long a namespace waits for tables that nobody has credentials for: another replica may still remember them. */
const RELEASE_AFTER_MS = 60_000;

/**
 * Of a resource that is being deleted, and whose tables cannot be deleted because of a problem that a person has to
 * mend. A Secret can be made again, but not in a namespace that is being deleted: there the tables are left behind
 * after a while, so that the namespace can go.
 */
export async function undeletable(
  deps: OperatorDeps,
  index: RegistryIndex,
  { problem, signal }: { problem: Problem; signal: AbortSignal },
): Promise<StepResult> {
  const { reason, message } = problem;
  const namespace = isAboutSecrets(problem) ? await terminatingNamespace(deps, index, signal) : undefined;
  if (!namespace)
    return { conditions: [], outcome: stalled(reason, message + ABANDON, secretRecheckMs(deps, index, problem)) };
  const deletedAtMs = Date.parse(index.metadata.deletionTimestamp ?? '');
  const leftMs = deletedAtMs + RELEASE_AFTER_MS - deps.now().getTime();
  if (leftMs > 0) return { conditions: [], outcome: stalled(reason, message + RELEASED_SOON, leftMs) };
  tellReleased(deps, index, namespace);
  return removeFinalizer(deps, index, signal);
}

const ABANDON = `; or annotate the resource with ${ABANDON_ANNOTATION}=true to leave its tables behind`;
const RELEASED_SOON = '; its namespace is being deleted, so its tables are left behind soon';

/** Within a namespace that is being deleted no event can be made: it is made about the namespace, in `default`. */
function tellReleased({ events, log }: OperatorDeps, index: RegistryIndex, namespace: KubeObject): void {
  const { name } = index.metadata;
  const { repositoryTable, versionTable, region } = settingsOf(index.spec).index;
  const tables = `tables ${repositoryTable} and ${versionTable} in ${region}`;
  const note = `RegistryIndex ${name} leaves its ${tables} behind, because its Secret was deleted before it; delete them by hand`;
  events.record(namespace, { type: 'Warning', reason: 'TablesReleased', action: 'Delete', note });
  log.warn({ namespace: namespace.metadata.name, name }, note);
}
