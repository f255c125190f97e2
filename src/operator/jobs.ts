import { COMPONENT_LABEL, type Component, INDEX_LABEL, labelsOf } from '../api/names.ts';
import type { KubeObject } from '../kube/resource.ts';
import type { Pass } from './pass.ts';

/** The Jobs of one component of a resource, as the cache knows them; also those that a CronJob of ours has made. */
export function jobsOf({ deps, index }: Pick<Pass, 'deps' | 'index'>, component: Component): KubeObject[] {
  const { namespace, name } = index.metadata;
  const wanted = labelsOf(name, component);
  return deps.caches.jobs
    .list()
    .filter(({ metadata }) => metadata.namespace === namespace)
    .filter(({ metadata }) => [INDEX_LABEL, COMPONENT_LABEL].every((key) => metadata.labels?.[key] === wanted[key]));
}
