import { UID_LABEL } from '../../api/names.ts';
import type { Marker } from '../../dynamodb/state/marker.ts';
import { isRecord } from '../../json/is-record.ts';
import { after } from '../../kube/outcome.ts';
import { DEPLOYMENT, type KubeObject, keyOf, SERVICE } from '../../kube/resource.ts';
import type { SearchCounts, SearchReport } from '../../table-lifecycle/search-status.ts';
import { hasAll } from '../../table-lifecycle/search-status.ts';
import type { Pass } from '../context.ts';
import { ensureChild } from '../kube-objects/children.ts';
import type { Finding } from '../status/step-result.ts';
import { isRolledOut, searchAvailability } from './availability.ts';
import { searchDeployment, searchEndpoint, searchService } from './manifests.ts';
import { askSearch } from './search-report.ts';

/** Search lags behind a filling that has just become complete by a second or two. */
const LOADING_MS = 500;

/** Keeps the search Deployment and Service as they should be, and says what they know of the filling in `marker`. */
export async function ensureSearch(pass: Pass, marker: Marker | undefined): Promise<Finding> {
  const { deps, index, podSecrets } = pass;
  const means = { image: deps.image, secret: podSecrets.search };
  const deployment = await ensure(pass, DEPLOYMENT, searchDeployment(index, means));
  const service = await ensure(pass, SERVICE, searchService(index, selectsByUid(pass, deployment)));
  const availability = searchAvailability(deployment);
  const found = { statements: [availability], status: { endpoint: searchEndpoint(index) } };
  if (availability.status !== 'True' || !marker?.complete) return { ...found, outcome: after(deps.recheckMs) };
  const report = await askSearch(pass, service, marker);
  if (!hasAll(report, marker)) return { ...found, unready: LOADING, outcome: after(LOADING_MS) };
  return { ...found, status: { ...found.status, ...countsOf(report) }, outcome: after(deps.recheckMs) };
}

/** Pods that an earlier version made have no such label: they are selected until others have taken their place. */
function selectsByUid({ deps, index }: Pass, deployment: KubeObject): boolean {
  const live = deps.caches.services.get(keyOf(searchService(index, true)));
  const selector = isRecord(live?.spec) ? live.spec.selector : undefined;
  return !live || (isRecord(selector) && UID_LABEL in selector) || isRolledOut(deployment);
}

const LOADING = { reason: 'LoadingSearch', message: 'the search service loads what was filled' };

function countsOf(report: SearchReport | undefined): Partial<SearchCounts> {
  return report ? { repositories: report.repositories, tags: report.tags } : {};
}

async function ensure({ deps, signal }: Pass, type: typeof SERVICE, wanted: KubeObject): Promise<KubeObject> {
  const { name, namespace = '' } = wanted.metadata;
  const cache = type === DEPLOYMENT ? deps.caches.deployments : deps.caches.services;
  return ensureChild(deps, { type, live: cache.get({ namespace, name }), wanted }, signal);
}
