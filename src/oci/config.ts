import { chartLabels, chartOf } from './chart.ts';
import { type JsonObject, objectOf, type Parsed, parseObject, stringOf } from './json-fields.ts';
import { type Labels, readLabels } from './labels.ts';
import type { ChartMetadata } from './manifest-facts.ts';
import { normalPlatform } from './platform.ts';
import { timeOf } from './text.ts';

/** What a config tells of its artefact: that of an OCI or Docker image, or of a Helm chart. */
export interface ArtefactConfig {
  readonly platform: string | undefined;
  readonly createdAtMs: number | undefined;
  readonly labels: Labels;
  /** Whether it has the shape of an image's config, whatever it is called. */
  readonly isImage: boolean;
  /** Where it has the shape of a Chart.yaml. */
  readonly chart: ChartMetadata | undefined;
}

/** `what` names it where it is of no use, such as `image config`. */
export function parseConfig(bytes: Buffer, what: string): Parsed<ArtefactConfig> {
  const parsed = parseObject(bytes, what);
  return parsed.kind === 'parsed' ? { kind: 'parsed', value: configOf(parsed.value) } : parsed;
}

/** Also the shape of `v1Compatibility` in a schema 1 manifest. */
export function configOf(json: JsonObject): ArtefactConfig {
  const platform = normalPlatform(json);
  const isImage = platform !== undefined || Array.isArray(objectOf(json.rootfs).diff_ids);
  const chart = isImage ? undefined : chartOf(json);
  return {
    platform,
    createdAtMs: timeOf(stringOf(json.created)),
    labels: chart ? chartLabels(chart) : readLabels(objectOf(json.config).Labels),
    isImage,
    chart,
  };
}
