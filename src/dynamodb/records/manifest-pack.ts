import { FAULT_KINDS } from '../../api/fault.ts';
import type {
  InspectedManifest,
  ListedReferrer,
  ManifestFacts,
  ManifestProblem,
  Mark,
} from '../../oci/manifest-facts.ts';
import { type Item, isItem, isListOf, isNumber, isText, isTexts } from '../items/item.ts';
import { packWithin, unpackJson } from '../items/packed-json.ts';
import type { CompanionTag, InspectedManifests, TagEntry } from './record.ts';

/** Tags that are stored together, and their manifests. */
export interface TagGroup {
  readonly tags: readonly TagEntry[];
  readonly companions: readonly CompanionTag[];
  /** By digest; manifests of other tags are left out. */
  readonly manifests: ReadonlyMap<string, InspectedManifest>;
}

/**
 * Packed JSON: companions in columns, and `readings`, pairs of a digest and its manifest, the newest push first. The
 * digest of a tag is written as its index among the distinct digests of the tags. Manifests that would exceed
 * `maxBytes` are left out and read again when they are needed.
 */
export function packManifests(group: TagGroup, maxBytes: number): Uint8Array {
  const { companions } = group;
  const columns = {
    names: companions.map(({ name }) => name),
    times: companions.map(({ pushedAtMs }) => pushedAtMs),
    digests: companions.map(({ digest }) => digest),
  };
  return packWithin(newestFirst(group), maxBytes, (readings) => ({ companions: columns, readings }));
}

function newestFirst({ tags, companions, manifests }: TagGroup): (readonly [number | string, InspectedManifest])[] {
  const places = new Map(distinctDigests(tags).map((digest, place) => [digest, place]));
  const inOrder = [...tags, ...companions].sort((a, b) => b.pushedAtMs - a.pushedAtMs);
  return distinctDigests(inOrder).flatMap((digest) => {
    const inspected = manifests.get(digest);
    return inspected ? [[places.get(digest) ?? digest, inspected] as const] : [];
  });
}

/**
 * Reverses `packManifests`, with the tags of the group in their order. Undefined for what cannot be read: then
 * everything is read again.
 */
export function unpackManifests(
  bytes: Uint8Array,
  tags: readonly TagEntry[],
): Omit<InspectedManifests, 'representative'> | undefined {
  const value = tryUnpack(bytes);
  const { companions, readings }: Item = isItem(value) ? value : {};
  const { names, times, digests }: Item = isItem(companions) ? companions : {};
  if (!isListOf(names, isText) || !isListOf(times, isNumber) || !isListOf(digests, isText)) return undefined;
  if (!Array.isArray(readings)) return undefined;
  const known = distinctDigests(tags);
  const read = readings.flatMap((pair) => readPair(pair, known));
  return {
    byDigest: new Map(read),
    companions: names.flatMap((name, at) => companionOf(name, times[at], digests[at])),
  };
}

function readPair(pair: unknown, known: readonly string[]): (readonly [string, InspectedManifest])[] {
  const [key, value]: unknown[] = Array.isArray(pair) ? pair : [];
  const digest = isNumber(key) ? known[key] : key;
  const inspected = parseInspected(value);
  return isText(digest) && inspected ? [[digest, inspected]] : [];
}

function companionOf(name: string, pushedAtMs: number | undefined, digest: string | undefined): CompanionTag[] {
  return pushedAtMs === undefined || digest === undefined ? [] : [{ name, digest, pushedAtMs }];
}

function distinctDigests(tags: readonly { readonly digest: string }[]): string[] {
  return [...new Set(tags.map(({ digest }) => digest))];
}

function tryUnpack(bytes: Uint8Array): unknown {
  try {
    return unpackJson(bytes, 'readings');
  } catch {
    return undefined;
  }
}

/** Checks a stored manifest; undefined for one that is not as expected, which is then read again. */
export function parseInspected(value: unknown): InspectedManifest | undefined {
  const { facts, problems = [] }: Item = isItem(value) ? value : {};
  if (!isItem(value) || !isListOf(problems, isProblem)) return undefined;
  if (facts === undefined) return problems.length > 0 ? { facts, problems } : undefined;
  return isFacts(facts) ? { facts, problems } : undefined;
}

function isProblem(value: unknown): value is ManifestProblem {
  if (!isItem(value)) return false;
  return FAULT_KINDS.some((kind) => kind === value.kind) && isText(value.digest) && isText(value.reason);
}

/** The type of each optional field; unknown fields do no harm. */
const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  platforms: isTexts,
  sizeBytes: isNumber,
  createdAtMs: isNumber,
  base: (value) => hasTexts(value, [], ['name', 'digest']),
  subject: isText,
  marks: isMarks,
  carries: isMarks,
  children: isTexts,
  referrers: (value) => isListOf(value, isReferrer),
  isAuxiliary: (value) => value === true,
  chart: isChart,
  archive: (value) => hasTexts(value, ['digest']) && isItem(value) && isNumber(value.sizeBytes),
};

function isFacts(value: unknown): value is ManifestFacts {
  if (!isItem(value) || !['image', 'chart', 'artefact'].some((kind) => kind === value.kind)) return false;
  if (value.kind === 'artefact' && !isText(value.type)) return false;
  return fieldsAre(value, FIELDS);
}

const CHART_FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  deprecated: (value) => value === true,
  keywords: isTexts,
  sources: isTexts,
  maintainers: (value) => isListOf(value, (one): one is Item => hasTexts(one, [], ['name', 'email', 'url'])),
  dependencies: (value) => isListOf(value, isDependency),
  annotations: (value) => isItem(value) && Object.values(value).every(isText),
};

const CHART_TEXTS = ['apiVersion', 'appVersion', 'description', 'type', 'kubeVersion', 'icon', 'home'];

export function isChart(value: unknown): boolean {
  return isItem(value) && hasTexts(value, ['name', 'version'], CHART_TEXTS) && fieldsAre(value, CHART_FIELDS);
}

function isDependency(value: unknown): value is Item {
  if (!isItem(value) || !hasTexts(value, ['name'], ['version', 'repository', 'condition', 'alias'])) return false;
  return value.tags === undefined || isTexts(value.tags);
}

function isReferrer(value: unknown): value is ListedReferrer {
  return isItem(value) && hasTexts(value, ['digest', 'type']) && isMarks(value.marks);
}

function isMarks(value: unknown): value is Mark[] {
  return isTexts(value) && value.every((mark) => mark === 'attestation' || mark === 'sbom' || mark === 'signature');
}

function fieldsAre(item: Item, fields: Readonly<Record<string, (value: unknown) => boolean>>): boolean {
  return Object.entries(fields).every(([key, isRight]) => item[key] === undefined || isRight(item[key]));
}

function hasTexts(value: unknown, wanted: readonly string[], optional: readonly string[] = []): boolean {
  if (!isItem(value)) return false;
  const isOptionalText = (key: string) => value[key] === undefined || isText(value[key]);
  return wanted.every((key) => isText(value[key])) && optional.every(isOptionalText);
}
