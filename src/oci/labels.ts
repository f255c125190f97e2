import { objectOf } from './json-fields.ts';
import { cut, plain } from './text.ts';

/** Annotations or labels, as many as are wanted of them. */
export type Labels = ReadonlyMap<string, string>;

const OCI = 'org.opencontainers.image.';
const LABEL_SCHEMA = 'org.label-schema.';

export const TITLE = `${OCI}title`;
export const DESCRIPTION = `${OCI}description`;
export const CREATED = `${OCI}created`;
export const BASE_NAME = `${OCI}base.name`;
export const BASE_DIGEST = `${OCI}base.digest`;

const MAX_LABELS = 64;
const MAX_KEY_LENGTH = 256;
const MAX_VALUE_LENGTH = 512;
/** A description is a label too, and longer than others may be. */
const MAX_READ_LENGTH = 4_096;

/** What the labels of label-schema.org are called now; the specification's own table of equivalents. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  [`${LABEL_SCHEMA}name`]: TITLE,
  [`${LABEL_SCHEMA}description`]: DESCRIPTION,
  [`${LABEL_SCHEMA}build-date`]: CREATED,
  [`${LABEL_SCHEMA}url`]: `${OCI}url`,
  [`${LABEL_SCHEMA}usage`]: `${OCI}documentation`,
  [`${LABEL_SCHEMA}vcs-url`]: `${OCI}source`,
  [`${LABEL_SCHEMA}vcs-ref`]: `${OCI}revision`,
  [`${LABEL_SCHEMA}vendor`]: `${OCI}vendor`,
  [`${LABEL_SCHEMA}version`]: `${OCI}version`,
};

/**
 * Reads a JSON object of strings, empty ones included, which mark things as well as others; null is one to Docker.
 * Whatever else is in it is left out, and of too many the well-known ones are kept.
 */
export function readLabels(value: unknown): Labels {
  const texts = Object.entries(objectOf(value)).flatMap(([key, text]): [string, string][] =>
    (typeof text === 'string' || text === null) && plain(key) !== '' && key.length <= MAX_KEY_LENGTH
      ? [[plain(key), plain(cut(text ?? '', MAX_READ_LENGTH))]]
      : [],
  );
  return new Map(fewest(texts));
}

/**
 * One set of several, of which the earlier wins, unless its text is empty and the later's is not. Where only
 * label-schema.org's word is there, today's is added.
 */
export function mergeLabels(sources: readonly Labels[]): Labels {
  const merged = new Map<string, string>();
  for (const [key, text] of sources.flatMap((source) => [...source])) merged.set(key, merged.get(key) || text);
  for (const [old, successor] of Object.entries(SUCCESSORS)) {
    const text = merged.get(old);
    if (text !== undefined) merged.set(successor, merged.get(successor) || text);
  }
  return merged;
}

/** Labels as a record holds them: bounded in number and length. */
export function boundedLabels(labels: Labels): Record<string, string> {
  return Object.fromEntries(
    fewest([...labels]).map(([key, text]) => [key, cut(text.toWellFormed(), MAX_VALUE_LENGTH)]),
  );
}

function fewest(texts: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const rank = (key: string) => (key.startsWith(OCI) ? 0 : key.startsWith(LABEL_SCHEMA) ? 1 : 2);
  return texts.toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)).slice(0, MAX_LABELS);
}
