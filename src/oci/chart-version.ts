import type { ChartMetadata, Digest, ManifestFacts } from './manifest-facts.ts';

/** The fields of Chart.yaml that tell charts and their versions apart; the rest is in the chart itself. */
type ChartTexts = Pick<
  ChartMetadata,
  | 'name'
  | 'version'
  | 'apiVersion'
  | 'appVersion'
  | 'description'
  | 'type'
  | 'kubeVersion'
  | 'icon'
  | 'home'
  | 'deprecated'
  | 'keywords'
>;

/** One version of a Helm chart, as its tag keeps it: plain JSON without `undefined`, every text bounded. */
export interface ChartVersion extends ChartTexts {
  /** The digest of the layer that is the chart's archive, and so that of the `.tgz`. */
  readonly archive?: Digest | undefined;
  /** When it was packaged, where it says so; milliseconds since 1970. */
  readonly createdAtMs?: number | undefined;
}

/** The tag that Helm pushes a version to: a tag can have no `+`. */
export function tagOfVersion(version: string): string {
  return version.replaceAll('+', '_');
}

/** The chart version that a tag is named after; undefined for any other tag, which Helm finds no chart by. */
export function chartVersionOf(tag: string, facts: ManifestFacts | undefined): ChartVersion | undefined {
  if (facts?.kind !== 'chart' || !facts.chart || tagOfVersion(facts.chart.version) !== tag) return undefined;
  const { dependencies, maintainers, sources, annotations, ...texts } = facts.chart;
  return {
    ...texts,
    ...(facts.archive && { archive: facts.archive.digest }),
    ...(facts.createdAtMs !== undefined && { createdAtMs: facts.createdAtMs }),
  };
}
