import type { ArtefactConfig } from './image-config.ts';
import { type JsonObject, type Parsed, parseObject, stringOf } from './json.ts';
import { DESCRIPTION, readLabels, TITLE } from './labels.ts';

/** The config of a Helm chart, which is its Chart.yaml as JSON, read as labels. */
export function parseChart(bytes: Buffer): Parsed<ArtefactConfig> {
  const parsed = parseObject(bytes, 'chart');
  if (parsed.kind === 'malformed') return parsed;
  return {
    kind: 'parsed',
    value: { platform: undefined, createdAtMs: undefined, labels: readLabels(labelsOf(parsed.value)) },
  };
}

/** Fields that have a word of OCI's take that; the chart's own ones are called `helm.sh/<field>`. */
function labelsOf(chart: JsonObject): JsonObject {
  return {
    [TITLE]: chart.name,
    [DESCRIPTION]: chart.description,
    'org.opencontainers.image.version': chart.version,
    'org.opencontainers.image.url': chart.home,
    'helm.sh/appVersion': stringOf(chart.appVersion),
    'helm.sh/keywords': keywordsOf(chart.keywords),
    'helm.sh/deprecated': chart.deprecated === true ? 'true' : undefined,
  };
}

function keywordsOf(value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((word) => typeof word === 'string').join(', ');
}
