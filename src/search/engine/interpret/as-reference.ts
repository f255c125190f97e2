import type { Condition, Query } from '../../query/query.ts';
import { imageOf } from '../../query/reference/pasted-line.ts';
import { looksLikeReference, namesOf, type Reference, readReference } from '../../query/reference/reference.ts';
import type { Interpretation, Preference } from './interpretation.ts';

/** A query read as one that names a repository by a reference. */
export interface ReferenceReading {
  /** Likeliest first. */
  readonly meanings: readonly Interpretation[];
  /** What is left where no repository has a name of the reference: the words of its path. */
  readonly words: Interpretation;
  /** Names with ever fewer of the first components. */
  readonly shorter: readonly Interpretation[];
}

/** Undefined where nothing in the query looks like a reference. */
export function readAsReference(query: Query): ReferenceReading | undefined {
  const found = findReference(query);
  if (!found) return undefined;
  const { typed, reference, rest } = found;
  const preferred = preferencesOf(reference);
  const withCondition = (condition: Condition, name: string): Interpretation => ({
    query: { ...query, all: [condition, ...rest] },
    relaxed: [{ kind: 'reference', typed, name }],
    preferred,
  });
  const named = (path: string) => withCondition({ kind: 'name', path }, path);
  const { path, digest } = reference;
  if (path === '') return readDigestAlone(query, found);
  const words = withCondition({ kind: 'text', text: path }, path);
  const anywhere = digest === undefined ? [] : [withCondition({ kind: 'digest', digest }, digest)];
  return {
    meanings: [...namesOf(reference).map(named), words, ...anywhere],
    words,
    shorter: shorterPaths(path).map(named),
  };
}

interface FoundReference {
  readonly typed: string;
  readonly reference: Reference;
  /** The conditions that are no part of it. */
  readonly rest: readonly Condition[];
}

/** A whole command, or else the first word that looks like a reference. */
function findReference({ all }: Query): FoundReference | undefined {
  const texts = all.filter((one) => one.kind === 'text');
  const line = texts.map(({ typed, text }) => typed ?? text).join(' ');
  const image = texts.length === 0 ? undefined : imageOf(line);
  const ofLine = image === undefined ? undefined : readReference(image);
  if (ofLine) return { typed: line, reference: ofLine, rest: all.filter((one) => one.kind !== 'text') };
  for (const one of texts) {
    const typed = one.typed ?? one.text;
    const reference = looksLikeReference(typed) ? readReference(typed) : undefined;
    if (reference) return { typed, reference, rest: all.filter((other) => other !== one) };
  }
  return undefined;
}

function readDigestAlone(query: Query, { typed, reference, rest }: FoundReference): ReferenceReading {
  const { digest = '' } = reference;
  const all: Condition[] = [{ kind: 'digest', digest }, ...rest];
  const meaning: Interpretation = { query: { ...query, all }, relaxed: [{ kind: 'reference', typed, name: digest }] };
  return { meanings: [meaning], words: { query, relaxed: [] }, shorter: [] };
}

function preferencesOf({ tag, digest }: Reference): Preference[] {
  return [
    ...(tag === undefined ? [] : [{ kind: 'tag', tag } as const]),
    ...(digest === undefined ? [] : [{ kind: 'digest', digest } as const]),
  ];
}

/** `b/c` and `c` of `a/b/c`. */
function shorterPaths(path: string): string[] {
  const components = path.split('/');
  return components.slice(1).map((_, at) => components.slice(at + 1).join('/'));
}

/** A digest that no tag has may stand in a text: a label names the base of an image. */
export function readDigestAsText(query: Query): Interpretation | undefined {
  const digest = query.all.find((one) => one.kind === 'digest')?.digest;
  if (digest === undefined) return undefined;
  const all = query.all.map((one) =>
    one.kind === 'digest' ? ({ kind: 'text', text: hexOf(one.digest) } as const) : one,
  );
  return { query: { ...query, all }, relaxed: [{ kind: 'digestText', digest }] };
}

function hexOf(digest: string): string {
  return digest.slice(digest.lastIndexOf(':') + 1);
}
