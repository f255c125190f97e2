import type { Relaxation } from '../../query/hint.ts';
import { CHART, type Condition, type Query, type TextCondition } from '../../query/query.ts';
import { imageOf, wordIn } from '../../query/reference/pasted-line.ts';
import {
  isPointed,
  looksLikeReference,
  namesOf,
  type Reference,
  readReference,
} from '../../query/reference/reference.ts';
import type { Interpretation, Preference } from './interpretation.ts';
import { strict } from './preferences.ts';

/** A query read as one that names a repository by a reference. */
export interface ReferenceReading {
  /** What it means before anything else where something has its name, tag and digest. */
  readonly pointed: readonly Interpretation[];
  /** Repositories of the name, or of its last components alone where it is that of another registry. */
  readonly named: readonly Interpretation[];
  /** The words of the path, for what is tried when nothing has the name. */
  readonly words: Interpretation;
  /** What is tried at the very last: the name without its first components. */
  readonly shorter: readonly Interpretation[];
}

/** Undefined where nothing in the query looks like a reference. */
export function readAsReference(query: Query): ReferenceReading | undefined {
  const found = findReference(query);
  if (!found) return undefined;
  const { reference } = found;
  if (reference.path === '') return readDigestAlone(query, found);
  const preferred = preferencesOf(reference);
  const named = namesOf(reference).flatMap((path) => namedOf(query, found, path));
  const shorter = shorterPaths(reference.path).flatMap((path) => namedOf(query, found, path));
  const words = interpretationOf(query, found, { condition: { kind: 'text', text: reference.path }, rest: found.rest });
  const meant = prefer(reference.host === undefined ? named : [...named, ...shorter], preferred);
  const asDigest = reference.digest === undefined ? [] : readDigestAlone(query, found).named;
  return {
    pointed: found.isCommand || isPointed(reference) ? meant.map(strict) : [],
    named: [...meant, ...asDigest],
    words: { ...words, preferred },
    shorter: prefer(shorter, preferred),
  };
}

interface FoundReference {
  readonly typed: string;
  readonly reference: Reference;
  /** The conditions that are no part of it. */
  readonly rest: readonly Condition[];
  /**
   * Whether it stands in a line that was pasted, a command or a message, rather than among words that are searched for.
   */
  readonly isCommand: boolean;
}

/** A whole command, or else the first word that looks like a reference. */
function findReference({ all }: Query): FoundReference | undefined {
  const texts = all.filter((one) => one.kind === 'text');
  const line = texts.map(typedOf).join(' ');
  const image = texts.length === 0 ? undefined : (imageOf(line) ?? (texts.length === 1 ? wordIn(line) : undefined));
  const ofLine = image === undefined ? undefined : readReference(image);
  const filters = all.filter((one) => one.kind !== 'text');
  if (ofLine) return { typed: line, reference: ofLine, rest: [...filters, ...kindsIn(line)], isCommand: true };
  for (const one of texts) {
    const reference = looksLikeReference(typedOf(one)) ? readReference(typedOf(one)) : undefined;
    const rest = all.filter((other) => other !== one);
    if (reference) return { typed: typedOf(one), reference, rest, isCommand: false };
  }
  return undefined;
}

/** Helm installs charts alone. */
function kindsIn(command: string): Condition[] {
  return /(^|\s)helm\s/i.test(command) ? [{ kind: 'type', type: CHART }] : [];
}

function typedOf({ typed, text }: TextCondition): string {
  return typed ?? text;
}

interface Named {
  readonly condition: Condition;
  readonly rest: readonly Condition[];
}

/** With the other words of the query, and without: a message may hold a reference. */
function namedOf(query: Query, found: FoundReference, path: string): Interpretation[] {
  const condition: Condition = { kind: 'name', path };
  const filters = found.rest.filter(({ kind }) => kind !== 'text');
  const rests = filters.length === found.rest.length ? [filters] : [found.rest, filters];
  return rests.map((rest) => interpretationOf(query, found, { condition, rest }));
}

function interpretationOf(
  query: Query,
  { typed, reference }: FoundReference,
  { condition, rest }: Named,
): Interpretation {
  const name = condition.kind === 'name' ? condition.path : reference.path;
  const left = query.all.filter((one) => one.kind === 'text' && !typed.includes(typedOf(one)) && !rest.includes(one));
  const words = left.flatMap((one): Relaxation[] => (one.kind === 'text' ? [{ kind: 'word', typed: one.text }] : []));
  return { query: { ...query, all: [condition, ...rest] }, relaxed: [{ kind: 'reference', typed, name }, ...words] };
}

function readDigestAlone(query: Query, { typed, reference, rest }: FoundReference): ReferenceReading {
  const { digest = '' } = reference;
  const all: Condition[] = [{ kind: 'digest', digest }, ...rest];
  const meaning: Interpretation = { query: { ...query, all }, relaxed: [{ kind: 'reference', typed, name: digest }] };
  return { pointed: [], named: [meaning], words: { query, relaxed: [] }, shorter: [] };
}

function prefer(meanings: readonly Interpretation[], preferred: readonly Preference[]): Interpretation[] {
  return meanings.map((one) => ({ ...one, preferred }));
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
