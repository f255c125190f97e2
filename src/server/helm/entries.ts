import type { ChartRepository } from '../../search/api.ts';
import type { Steps } from '../../search/engine/structures/scheduler.ts';
import { type ReadableVersion, readableVersionsOf } from './readable-version.ts';

/** The versions of each chart, the highest first, by the name that Helm knows the chart by. */
export type IndexEntries = ReadonlyMap<string, readonly ReadableVersion[]>;

/** Every chart by the path of its repository, because charts of different teams may have the same name. */
export function* entriesByRepository(repositories: readonly ChartRepository[]): Steps<IndexEntries> {
  const entries = new Map<string, readonly ReadableVersion[]>();
  for (const repository of repositories) {
    const versions = readableVersionsOf(repository);
    if (versions.length > 0) entries.set(repository.name, versions);
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
  const entries = new Map<string, readonly ReadableVersion[]>();
  for (const repository of repositories) {
    const byChart = Map.groupBy(readableVersionsOf(repository), ({ chart }) => chart.name);
    for (const [chart, versions] of byChart) {
      const [known] = entries.get(chart) ?? [];
      if (!known || standsBefore(repository.name, known.repository, chart)) entries.set(chart, versions);
    }
    yield;
  }
  return entries;
}

/** Whether repository `name` is given the chart, and not `first`, which precedes it by name. */
function standsBefore(name: string, first: string, chart: string): boolean {
  const isCalledSo = name.endsWith(`/${chart}`);
  if (isCalledSo !== first.endsWith(`/${chart}`)) return isCalledSo;
  return depthOf(name) < depthOf(first);
}

function depthOf(repository: string): number {
  return repository.split('/').length;
}
