import { COMPONENT_LABEL, type Component, childName, INDEX_LABEL, labelsOf } from '../../api/names.ts';
import type { KubeObject } from '../../kube/resource.ts';
import type { Pass } from '../context.ts';
import { controllerOf, isChildOf } from './children.ts';

/** The Jobs of one component of a resource, as the cache knows them; also those that its CronJob has made. */
export function jobsOf({ deps, index }: Pick<Pass, 'deps' | 'index'>, component: Component): KubeObject[] {
  const { namespace, name, uid } = index.metadata;
  const wanted = labelsOf(name, component);
  const cronJob = deps.caches.cronJobs.get({ namespace, name: childName(name, component) });
  const owners = new Set([uid, cronJob && isChildOf(index, cronJob) ? cronJob.metadata.uid : uid]);
  return deps.caches.jobs
    .list()
    .filter(({ metadata }) => metadata.namespace === namespace)
    .filter((job) => owners.has(controllerOf(job)?.uid))
    .filter(({ metadata }) => [INDEX_LABEL, COMPONENT_LABEL].every((key) => metadata.labels?.[key] === wanted[key]));
}
