import type { ChartRepository } from '../../search/api.ts';
import type { Steps } from '../../search/engine/structures/scheduler.ts';
import { printTime } from '../answers/print-time.ts';
import { entriesByChart, entriesByRepository } from './entries.ts';
import { latestOf, type ReadableVersion } from './readable-version.ts';

export interface IndexFileOptions {
  /** Only charts below this; undefined is all. */
  readonly namespace: string | undefined;
  /** Where the charts are pulled from, such as `oci://registry.example.com`. */
  readonly pullFrom: string;
  readonly latestOnly: boolean;
}

/** Takes some 50 microseconds. */
const VERSIONS_A_STEP = 16;

/**
 * Helm's `index.yaml`, as JSON, which Helm reads in place of YAML, and faster. It has no field that Helm does not know,
 * because Helm may refuse such a file, and the same content is always the same text: `generated` is the newest push.
 */
export function* writeIndexFile(repositories: readonly ChartRepository[], options: IndexFileOptions): Steps<string> {
  const { namespace, latestOnly } = options;
  const entries = yield* namespace === undefined ? entriesByRepository(repositories) : entriesByChart(repositories);
  const parts = ['{"apiVersion":"v1","entries":{'];
  let pushedAtMs = 0;
  let written = 0;
  for (const [key, versions] of entries) {
    parts.push(`${written === 0 ? '' : ','}\n${JSON.stringify(key)}:[`);
    for (const [at, version] of (latestOnly ? latestOf(versions) : versions).entries()) {
      parts.push(`${at === 0 ? '' : ','}\n${JSON.stringify(chartVersionOf(version, options))}`);
      pushedAtMs = Math.max(pushedAtMs, version.pushedAtMs);
      written += 1;
      if (written % VERSIONS_A_STEP === 0) yield;
    }
    parts.push(']');
  }
  parts.push(`}${written === 0 ? '' : `,"generated":"${printTime(pushedAtMs)}"`}}\n`);
  return parts.join('');
}

/** Helm 4.0 takes the hexadecimal digits alone. */
const SHA256 = /^sha256:([0-9a-f]{64})$/;

/** What Helm calls a `ChartVersion`. Its URL has the version of Chart.yaml as the tag: Helm replaces a `+` itself. */
function chartVersionOf({ repository, pushedAtMs, chart }: ReadableVersion, { pullFrom }: IndexFileOptions) {
  const { archive = '', createdAtMs = pushedAtMs, ...texts } = chart;
  return {
    ...texts,
    urls: [`${pullFrom}/${repository}:${chart.version}`],
    created: printTime(createdAtMs),
    digest: SHA256.exec(archive)?.[1],
  };
}
