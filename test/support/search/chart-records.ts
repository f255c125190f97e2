import type { RepositoryRecord, TagEntry } from '../../../src/dynamodb/records/record.ts';
import { type ChartVersion, tagOfVersion } from '../../../src/oci/chart-version.ts';
import { searchRecord } from './search-records.ts';

/** The tag of a chart version, which was pushed at 1,000 ms unless a test says more. */
export function chartTag(chart: ChartVersion, pushedAtMs = 1_000): TagEntry {
  const tag = { name: tagOfVersion(chart.version), digest: `sha256:${'0'.repeat(64)}`, pushedAtMs, platforms: [] };
  return { ...tag, chart };
}

/** A repository of one chart, called as its last part, in these versions. */
export function chartRecord(
  name: string,
  versions: readonly string[],
  fields: Partial<RepositoryRecord> = {},
): RepositoryRecord {
  const chart = name.slice(name.lastIndexOf('/') + 1);
  const tags = versions.map((version) => chartTag({ name: chart, version }));
  return searchRecord(name, { types: ['helm'], platforms: [], tags, ...fields });
}
