import type { Condition, Query, TextCondition } from '../../query/query.ts';
import { changeSeparators, replace } from '../spelling/respell.ts';
import { done, type Steps } from '../structures/scheduler.ts';
import { type Interpretation, type Interpreting, isWord } from './interpretation.ts';
import { strict } from './preferences.ts';

/** A word before a colon that is the name of no filter. */
const WORDS = /^([a-z0-9._/-]+):([^/:].*)$/;

/** `team:core` as the label `team=core`, or as two words. */
export function readColon(query: Query): Interpretation[] {
  const one = query.all.find((condition) => condition.kind === 'text' && WORDS.test(condition.text));
  if (one?.kind !== 'text') return [];
  const [, key = '', value = ''] = WORDS.exec(one.text) ?? [];
  const replace = (conditions: readonly Condition[]): Query => ({
    ...query,
    all: query.all.flatMap((other) => (other === one ? conditions : [other])),
  });
  const label = replace([{ kind: 'label', key, value }]);
  const words = replace([key, value].map((text) => ({ kind: 'text', text })));
  return [
    { query: label, relaxed: [{ kind: 'label', typed: one.text, meant: `label:${key}=${value}` }] },
    { query: words, relaxed: [{ kind: 'separators', typed: one.text, meant: `${key} ${value}` }] },
  ];
}

/** A digest that no tag has may stand in a text: a label names the base of an image. */
export function readDigestAsText(query: Query): Interpretation[] {
  const digest = query.all.find((one) => one.kind === 'digest')?.digest;
  if (digest === undefined) return [];
  const text = digest.slice(digest.lastIndexOf(':') + 1);
  const all = query.all.map((one) => (one.kind === 'digest' ? ({ kind: 'text', text } as const) : one));
  return [{ query: { ...query, all }, relaxed: [{ kind: 'digestText', digest }] }];
}

/** A name and a version written as one word: `python3.12`, `jdk-17`. */
const WITH_VERSION = /^([a-z][a-z._-]*[a-z])[-_:]?v?(\d+(?:\.\d+)*)$/;
/** What variants of images are called in tags, as in `16-alpine` and `3.12-slim-bookworm`. */
const VARIANTS: ReadonlySet<string> = new Set([
  ...['alpine', 'slim', 'debian', 'ubuntu', 'bookworm', 'bullseye', 'buster', 'trixie', 'focal', 'jammy', 'noble'],
  ...['ubi', 'ubi8', 'ubi9', 'musl', 'glibc', 'distroless', 'nonroot', 'rootless', 'unprivileged', 'minimal', 'full'],
  ...['windowsservercore', 'nanoserver', 'fpm', 'apache', 'cli', 'jre', 'jdk', 'dind', 'management', 'debug', 'lts'],
  ...['runtime', 'devel', 'dev', 'base', 'cuda', 'gpu', 'cpu', 'rocm', 'community', 'enterprise', 'alpha', 'beta'],
]);
/** So many words are read in this way. */
const MAX_WORDS = 8;

/** A version without a space before it, which some tag has. */
export function readAsVersion({ query }: Interpreting): Steps<readonly Interpretation[]> {
  return done(versionApart(query).map(strict));
}

/** What looks like a version may be a number that names have: `team_7` is `team-7`. */
export function* readAsNumberedName(asked: Interpreting): Steps<readonly Interpretation[]> {
  const word = versionedWord(asked.query);
  const other = word && (yield* changeSeparators(asked, word.text));
  return other && isInName(other.condition) ? [replace(asked.query, new Map([[word, other]]))] : [];
}

/** Words that say which tag is meant: a version that no tag may have, and a variant, which stands after a dash in tags. */
export function readAsTag({ query }: Interpreting): Steps<readonly Interpretation[]> {
  return done([...versionApart(query), ...asVariants(query)]);
}

/** Tags have one version, so that the first such word is the one. */
function versionedWord({ all }: Query): TextCondition | undefined {
  const texts = textsOf(all);
  if (texts.length > MAX_WORDS || all.some(({ kind }) => kind === 'tag')) return undefined;
  return texts.find(({ text }) => WITH_VERSION.test(text));
}

function textsOf(all: Query['all']): TextCondition[] {
  return all.filter((one) => one.kind === 'text');
}

function versionApart(query: Query): Interpretation[] {
  const word = versionedWord(query);
  const [typed = '', text = '', tag = ''] = WITH_VERSION.exec(word?.text ?? '') ?? [];
  if (!word) return [];
  const relaxation = { kind: 'separators', typed, meant: `${text} ${tag}` } as const;
  const apart = replace(query, new Map([[word, { condition: { kind: 'text', text }, relaxation }]]));
  return [{ ...apart, preferred: [{ kind: 'tag', tag }] }];
}

function isInName(condition: Condition): boolean {
  return condition.kind === 'spelled' && condition.as.some(({ kind }) => kind === 'nameRun');
}

/** The last word first, because people name the image before its variant. */
function asVariants(query: Query): Interpretation[] {
  const { all } = query;
  const texts = textsOf(all);
  if (texts.length > MAX_WORDS) return [];
  if (all.filter(isWord).length < 2 || all.some(({ kind }) => kind === 'tag')) return [];
  const variants = texts.filter(({ text }) => VARIANTS.has(text)).reverse();
  return variants.map((variant) => ({
    query: { ...query, all: all.map((one) => (one === variant ? taggedWith(variant.text) : one)) },
    relaxed: [{ kind: 'variant', typed: variant.text }],
  }));
}

function taggedWith(variant: string): Condition {
  const names = [`*-${variant}`, `*-${variant}-*`].map((text) => ({ text, match: 'glob' }) as const);
  return { kind: 'tag', clause: { names, platforms: [], fromMs: undefined, beforeMs: undefined } };
}
