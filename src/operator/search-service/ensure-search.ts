import { isFalse, isTrue, type Statement } from '../../api/conditions.ts';
import { after, done } from '../../kube/outcome.ts';
import { DEPLOYMENT, type KubeObject, SERVICE } from '../../kube/resource.ts';
import { ensureChild } from '../children.ts';
import type { Finding } from '../finding.ts';
import type { Pass } from '../pass.ts';
import { askCounts } from './counts.ts';
import { searchDeployment, searchEndpoint, searchService } from './manifests.ts';

/** Keeps the search Deployment and Service as they should be, and says what they know. */
export async function ensureSearch(pass: Pass): Promise<Finding> {
  const { deps, index, podSecrets, signal } = pass;
  const means = { image: deps.image, secret: podSecrets.search };
  const deployment = await ensure(pass, DEPLOYMENT, searchDeployment(index, means));
  const service = await ensure(pass, SERVICE, searchService(index));
  const available = readyReplicas(deployment) > 0;
  const counts = available ? await askCounts(pass, service) : undefined;
  if (signal.aborted) return { statements: [], outcome: done };
  return {
    statements: [availability(deployment, available)],
    status: { endpoint: searchEndpoint(index), ...counts },
    outcome: after(deps.recheckMs),
  };
}

async function ensure({ deps, signal }: Pass, type: typeof SERVICE, wanted: KubeObject): Promise<KubeObject> {
  const { name, namespace = '' } = wanted.metadata;
  const cache = type === DEPLOYMENT ? deps.caches.deployments : deps.caches.services;
  return ensureChild(deps, { type, live: cache.get({ namespace, name }), wanted }, signal);
}

/** Replicas that answer: `availableReplicas` of the Deployment's status. */
function readyReplicas({ status }: KubeObject): number {
  if (typeof status !== 'object' || status === null || !('availableReplicas' in status)) return 0;
  return typeof status.availableReplicas === 'number' ? status.availableReplicas : 0;
}

function availability({ metadata, spec }: KubeObject, available: boolean): Statement {
  if (available) return isTrue('SearchAvailable', 'Available', 'the search service answers');
  const none = typeof spec === 'object' && spec !== null && 'replicas' in spec && spec.replicas === 0;
  return none
    ? isFalse('SearchAvailable', 'ScaledToZero', `Deployment ${metadata.name} is scaled to 0 replicas`)
    : isFalse('SearchAvailable', 'StartingSearch', `no pod of Deployment ${metadata.name} is ready yet`);
}
