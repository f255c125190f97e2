import { after, done } from '../../kube/outcome.ts';
import { DEPLOYMENT, type KubeObject, SERVICE } from '../../kube/resource.ts';
import { ensureChild } from '../children.ts';
import type { Finding } from '../finding.ts';
import type { Pass } from '../pass.ts';
import { searchAvailability } from './availability.ts';
import { askCounts } from './counts.ts';
import { searchDeployment, searchEndpoint, searchService } from './manifests.ts';

/** Keeps the search Deployment and Service as they should be, and says what they know. */
export async function ensureSearch(pass: Pass): Promise<Finding> {
  const { deps, index, podSecrets, signal } = pass;
  const means = { image: deps.image, secret: podSecrets.search };
  const deployment = await ensure(pass, DEPLOYMENT, searchDeployment(index, means));
  const service = await ensure(pass, SERVICE, searchService(index));
  const availability = searchAvailability(deployment);
  const counts = availability.status === 'True' ? await askCounts(pass, service) : undefined;
  if (signal.aborted) return { statements: [], outcome: done };
  return {
    statements: [availability],
    status: { endpoint: searchEndpoint(index), ...counts },
    outcome: after(deps.recheckMs),
  };
}

async function ensure({ deps, signal }: Pass, type: typeof SERVICE, wanted: KubeObject): Promise<KubeObject> {
  const { name, namespace = '' } = wanted.metadata;
  const cache = type === DEPLOYMENT ? deps.caches.deployments : deps.caches.services;
  return ensureChild(deps, { type, live: cache.get({ namespace, name }), wanted }, signal);
}
