import { type JsonObject, objectOf, objectsOf, type Parsed, parseObject, stringOf } from './json-fields.ts';
import { boundedLabels, DESCRIPTION, type Labels, readLabels, TITLE } from './labels.ts';
import type { ChartDependency, ChartMaintainer, ChartMetadata } from './manifest-facts.ts';
import { normalPlatform } from './platform.ts';
import { cut, parseCreatedTime, plain } from './text.ts';

/** What a config says of its artefact: that of an OCI or Docker image, or of a Helm chart. */
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

/** Reads a config, or a `v1Compatibility` in a schema 1 manifest, which has the same shape. */
export function configOf(json: JsonObject): ArtefactConfig {
  const platform = normalPlatform(json);
  const isImage = platform !== undefined || Array.isArray(objectOf(json.rootfs).diff_ids);
  const chart = isImage ? undefined : chartOf(json);
  return {
    platform,
    createdAtMs: parseCreatedTime(stringOf(json.created)),
    labels: chart ? chartLabels(chart) : readLabels(objectOf(json.config).Labels),
    isImage,
    chart,
  };
}

/** Limits of one chart, far above what any has: they bound what it takes of a record. */
const MAX_TEXTS = 64;
const MAX_LENGTH = 512;
const MAX_DESCRIPTION_LENGTH = 1_000;

/** A Chart.yaml as JSON, as Helm pushes it as config; undefined where it is none, for it must have name and version. */
export function chartOf(json: JsonObject): ChartMetadata | undefined {
  const name = textOf(json.name);
  const version = textOf(json.version);
  if (name === undefined || version === undefined) return undefined;
  const annotations = boundedLabels(readLabels(json.annotations));
  return {
    name,
    version,
    apiVersion: textOf(json.apiVersion),
    appVersion: textOf(json.appVersion),
    description: textOf(json.description, MAX_DESCRIPTION_LENGTH),
    type: textOf(json.type),
    kubeVersion: textOf(json.kubeVersion),
    icon: textOf(json.icon),
    home: textOf(json.home),
    deprecated: json.deprecated === true || undefined,
    keywords: listed(wordsOf(json.keywords)),
    sources: listed(wordsOf(json.sources)),
    maintainers: listed(objectsOf(json.maintainers).slice(0, MAX_TEXTS).map(maintainerOf)),
    dependencies: listed(objectsOf(json.dependencies).slice(0, MAX_TEXTS).flatMap(dependencyOf)),
    annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
  };
}

/** The chart as labels: what has a word of OCI's takes that; other fields are called `helm.sh/<field>`. */
function chartLabels(chart: ChartMetadata): Labels {
  return readLabels({
    [TITLE]: chart.name,
    [DESCRIPTION]: chart.description,
    'org.opencontainers.image.version': chart.version,
    'org.opencontainers.image.url': chart.home,
    'org.opencontainers.image.source': chart.sources?.[0],
    'org.opencontainers.image.authors': chart.maintainers?.map(authorOf).join(', '),
    'helm.sh/appVersion': chart.appVersion,
    'helm.sh/kubeVersion': chart.kubeVersion,
    'helm.sh/dependencies': chart.dependencies?.map(({ name, version = '' }) => `${name} ${version}`.trim()).join(', '),
    'helm.sh/icon': chart.icon,
    'helm.sh/keywords': chart.keywords?.join(', '),
    'helm.sh/deprecated': chart.deprecated ? 'true' : undefined,
  });
}

/** A maintainer as Helm writes one into an annotation. */
function authorOf({ name = '', email }: ChartMaintainer): string {
  return email === undefined ? name : `${name} (${email})`.trim();
}

function maintainerOf({ name, email, url }: JsonObject): ChartMaintainer {
  return { name: textOf(name), email: textOf(email), url: textOf(url) };
}

function dependencyOf({ version, repository, condition, alias, tags, ...json }: JsonObject): ChartDependency[] {
  const name = textOf(json.name);
  if (name === undefined) return [];
  const texts = { version: textOf(version), repository: textOf(repository), condition: textOf(condition) };
  return [{ name, ...texts, alias: textOf(alias), tags: listed(wordsOf(tags)) }];
}

/** A version that YAML has taken for a number is a text all the same. */
function textOf(value: unknown, maxLength = MAX_LENGTH): string | undefined {
  const text = stringOf(typeof value === 'number' ? `${value}` : value);
  return text === undefined ? undefined : stringOf(cut(plain(text), maxLength));
}

function wordsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, MAX_TEXTS).flatMap((word) => textOf(word) ?? []) : [];
}

function listed<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}
