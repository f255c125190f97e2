import type { Problem } from '../../api/conditions.ts';
import { done } from '../../kube/outcome.ts';
import { keyOf } from '../../kube/resource.ts';
import { hasReason } from '../../kube/status-error.ts';
import type { ReconcileContext } from '../context.ts';
import { ensureChild, isChildOf, uidOf } from '../kube-objects/children.ts';
import type { StepResult } from '../status/step-result.ts';
import { allowsHost } from '../validation/hosts.ts';
import { type SearchRoute, searchRoutes } from './manifests.ts';

/**
 * Applies the Ingress and the HTTPRoute that the resource asks for, and removes those that it asks for no longer, or
 * that the chart does not allow any more.
 */
export async function ensureRoutes(context: ReconcileContext): Promise<StepResult> {
  const problems: Problem[] = [];
  for (const route of searchRoutes(context.index)) problems.push(...(await ensureRoute(context, route)));
  const [first] = problems;
  if (!first) return { conditions: [], outcome: done };
  const message = problems.map((problem) => problem.message).join('; ');
  return { conditions: [], degradation: { reason: first.reason, message }, outcome: done };
}

async function ensureRoute(context: ReconcileContext, route: SearchRoute): Promise<Problem[]> {
  const { deps, index, signal } = context;
  const { field, type, host, manifest } = route;
  const { namespace } = index.metadata;
  const isAllowed = host !== undefined && allowsHost(deps.policy.allowedHosts ?? {}, namespace, host);
  if (!isAllowed) await removeRoute(context, route);
  if (host === undefined) return [];
  if (!isAllowed) {
    const way = `add it to allowedHosts of the operator's chart`;
    return [
      { reason: 'HostNotAllowed', message: `${field}: ${host} is not allowed in namespace ${namespace}; ${way}` },
    ];
  }
  try {
    await ensureChild(deps, { type, live: undefined, wanted: manifest(host) }, signal);
    routesOf(context).add(field);
    return [];
  } catch (error) {
    if (hasReason(error, 'NotFound')) {
      const message = `${field}: this cluster does not know ${type.kind}s of ${type.group}/${type.version}; install the Gateway API`;
      return [{ reason: 'GatewayAPIMissing', message }];
    }
    if (hasReason(error, 'Invalid', 'Forbidden')) return [{ reason: 'RouteRefused', message: `${field}: ${error}` }];
    throw error;
  }
}

/** Looks for a route once in each generation, and wherever one was made: no route costs a request again and again. */
async function removeRoute(context: ReconcileContext, { field, type, manifest }: SearchRoute): Promise<void> {
  const { deps, index, signal } = context;
  const routes = routesOf(context);
  const looked = `${field} ${index.metadata.generation}`;
  if (routes.has(looked) && !routes.has(field)) return;
  const key = keyOf(manifest('none.invalid'));
  const live = await deps.client.get(type, key, signal);
  if (live && isChildOf(index, live))
    await deps.client.remove(type, key, { propagation: 'Background', ...uidOf(live) }, signal);
  routes.delete(field);
  routes.add(looked);
}

function routesOf({ deps, index }: ReconcileContext): Set<string> {
  return deps.state.of(index.metadata.uid).routes;
}
