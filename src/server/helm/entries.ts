import type { ChartRepository } from '../../search/api.ts';
import type { Steps } from '../../search/engine/structures/scheduler.ts';
import { type Release, releasesOf } from './release.ts';

/** By the name that Helm knows a chart by, its versions, the highest first. */
export type IndexEntries = ReadonlyMap<string, readonly Release[]>;

/** Every chart by the path of its repository, because charts of different teams may have the same name. */
export function* entriesByRepository(repositories: readonly ChartRepository[]): Steps<IndexEntries> {
  const entries = new Map<string, readonly Release[]>();
  for (const repository of repositories) {
    const releases = releasesOf(repository);
    if (releases.length > 0) entries.set(repository.name, releases);
    yield;
  }
  return entries;
}

/**
 * The charts of a namespace by their own names, as dependencies name them. A name stands for one repository, so that
 * nobody slips versions of theirs in among another's: the one that is called so, else the nearest to the namespace,
 * else the first by name.
 */
export function* entriesByChart(repositories: readonly ChartRepository[]): Steps<IndexEntries> {
  const entries = new Map<string, readonly Release[]>();
  for (const repository of repositories) {
    const byChart = Map.groupBy(releasesOf(repository), ({ chart }) => chart.name);
    for (const [chart, releases] of byChart) {
      const [known] = entries.get(chart) ?? [];
      if (!known || standsBefore(repository.name, known.repository, chart)) entries.set(chart, releases);
    }
    yield;
  }
  return entries;
}

/** Of two repositories, of which the second comes first by name. */
function standsBefore(name: string, first: string, chart: string): boolean {
  const isCalledSo = name.endsWith(`/${chart}`);
  if (isCalledSo !== first.endsWith(`/${chart}`)) return isCalledSo;
  return depthOf(name) < depthOf(first);
}

function depthOf(repository: string): number {
  return repository.split('/').length;
}
