import { type Document, parseDocument } from 'yaml';
import { chartReadme } from '../generating/chart-readme.ts';

/** Files of a chart, as texts. */
export interface ChartFiles {
  readonly chart: string;
  readonly values: string;
  readonly readme: string;
}

export interface Release {
  readonly version: string;
  /** As in `https://github.com/owner/registry-index`; it has a tag `v` and the version. */
  readonly repository: string;
  /** The image by its digest. */
  readonly image: string;
}

/**
 * The chart as it is uploaded: in a checkout nobody knows where its image and its documents will be, which a release
 * does. Its image is the default, alerts lead to their paragraphs, and Artifact Hub has links and an icon.
 */
export function releasedChart({ chart, values, readme }: ChartFiles, release: Release): ChartFiles {
  const { repository, image } = release;
  const at = `${repository}/blob/v${release.version}`;
  const links = [
    { name: 'Documents', url: `${at}/docs/README.md` },
    { name: 'Alerts and what to do', url: `${at}/docs/alerts.md` },
    { name: 'Metrics', url: `${at}/docs/metrics.md` },
  ];
  const released = changed(values, [
    [['image', 'repository'], image.replace(/@.*/, '')],
    [['metrics', 'prometheusRule', 'runbookUrl'], `${at}/docs/alerts.md`],
  ]);
  return {
    chart: changed(chart, [
      [['home'], repository],
      [['sources'], [repository]],
      [['icon'], `${repository}/raw/v${release.version}/charts/registry-index/icon.svg`],
      [['annotations', 'artifacthub.io/links'], JSON.stringify(links)],
      [['annotations', 'artifacthub.io/images'], JSON.stringify([{ name: 'registry-index', image }])],
    ]),
    values: released,
    readme: chartReadme(readme, released),
  };
}

type Change = readonly [path: readonly string[], value: unknown];

/** With its comments. */
function changed(text: string, changes: readonly Change[]): string {
  const document: Document = parseDocument(text);
  for (const [path, value] of changes) document.setIn(path, value);
  return document.toString({ lineWidth: 0 });
}
