import type { RepositoryRecord, TagEntry } from '../../../src/dynamodb/records/record.ts';
import type { Visibility } from '../../../src/search/api.ts';
import {
  ARTIFACT,
  type Condition,
  type LabelCondition,
  type PlatformPattern,
  type Query,
  type Sort,
  type Spelling,
  type TagClause,
  type TagName,
} from '../../../src/search/query/query.ts';
import { holdsLetters, plainLetters } from './oracle-letters.ts';

/** What the engine must answer, from looking at every record with plain strings. */
export interface SearchOracle {
  upsert(record: RepositoryRecord): void;
  remove(name: string): void;
  /** All hits in order. */
  search(query: Query, sort: Sort, visibility: Visibility): RepositoryRecord[];
  /** Names in byte order that are visible. */
  names(visibility: Visibility): string[];
  records(): RepositoryRecord[];
}

export function createSearchOracle(): SearchOracle {
  const known = new Map<string, RepositoryRecord>();
  const visible = (visibility: Visibility) => [...known.values()].filter((record) => sees(visibility, record));
  return {
    upsert: (record) => void known.set(record.name, record),
    remove: (name) => void known.delete(name),
    search(query, sort, visibility) {
      const hits = visible(visibility).filter((record) => asksFor(query, record));
      const bases = sort.by === 'relevance' ? countBases([...known.values()]) : new Map<string, number>();
      const ranked = hits.map((record) => ({ record, points: pointsOf(record, bases) }));
      const sorted = ranked.sort((a, b) => compare(query, sort, [a, b])).map(({ record }) => record);
      return sort.reverse ? sorted.reverse() : sorted;
    },
    names: (visibility) =>
      visible(visibility)
        .map(({ name }) => name)
        .sort(),
    records: () => [...known.values()],
  };
}

function asksFor({ all, none }: Query, record: RepositoryRecord): boolean {
  return all.every((one) => matches(one, record)) && !none.some((one) => matches(one, record));
}

export function matches(condition: Condition, record: RepositoryRecord): boolean {
  switch (condition.kind) {
    case 'text':
    case 'pattern':
    case 'spelled':
      return fitOfText(record, condition) !== undefined;
    case 'name':
      return `/${record.name}`.endsWith(`/${condition.path}`);
    case 'namespace':
      return isBelow(record.name, condition.namespace);
    case 'type':
      return record.types.map(plainLetters).some((type) => isType(type, condition.type));
    case 'referrer':
      return record.referrers.includes(condition.referrer);
    case 'label':
      return Object.entries(record.labels).some(
        ([key, value]) => plainLetters(key) === plainLetters(condition.key) && isValue(plainLetters(value), condition),
      );
    case 'digest':
      return record.tags.some(({ digest }) => digest.startsWith(condition.digest));
    case 'tag':
      return record.tags.some((tag) => fulfils(condition.clause, tag));
    case 'any':
      return condition.of.some((one) => matches(one, record));
  }
}

function isBelow(name: string, namespace: string): boolean {
  const wanted = namespace.split('/');
  const components = name.split('/');
  return components.length > wanted.length && wanted.every((one, at) => fitsStars(one, components[at] ?? ''));
}

function isType(type: string, wanted: string): boolean {
  if (wanted === ARTIFACT) return type !== 'image' && type !== 'helm';
  const isWord = wanted !== 'image' && wanted !== 'helm' && type.split(/[^a-z0-9]/).includes(wanted);
  return type === wanted || isWord;
}

function isValue(value: string, { value: wanted, isGlob }: LabelCondition): boolean {
  if (wanted === undefined) return true;
  return isGlob ? fitsStars(plainLetters(wanted), value) : value === plainLetters(wanted);
}

/** By trying every length that a star may have. */
function fitsStars(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern;
  if (first === '') return text === '';
  if (first === '*') return [...tails(text)].some((tail) => fitsStars(rest.join(''), tail));
  return text !== '' && (first === '?' || text.startsWith(first)) && fitsStars(rest.join(''), text.slice(first.length));
}

function isNamed(tag: string, { text, match }: TagName): boolean {
  if (match === 'glob') return fitsStars(text, tag);
  return match === 'exact' ? tag === text : tag.startsWith(text);
}

function fulfils({ names, platforms, fromMs, beforeMs }: TagClause, tag: TagEntry): boolean {
  if (names.length > 0 && !names.some((name) => isNamed(tag.name, name))) return false;
  if (fromMs !== undefined && tag.pushedAtMs < fromMs) return false;
  if (beforeMs !== undefined && tag.pushedAtMs >= beforeMs) return false;
  const known = (tag.platforms ?? []).map(plainLetters);
  return platforms.every((choice) => choice.some((one) => known.some((platform) => isPlatform(platform, one))));
}

function isPlatform(platform: string, { os, arch }: PlatformPattern): boolean {
  const [ofOs, ofArch, variant] = platform.split('/');
  return (
    (os === undefined || os === ofOs) && (arch === undefined || arch === ofArch || arch === `${ofArch}/${variant}`)
  );
}

/** How one of the conditions that are texts fits; undefined for others, and where it does not hold. */
function fitOfText(record: RepositoryRecord, condition: Condition): number | undefined {
  if (condition.kind === 'text') return fitOf(record, condition.text);
  if (condition.kind === 'pattern')
    return fitOfExpression({ name: record.name, labels: {} }, patternOf(condition.text));
  if (condition.kind !== 'spelled') return undefined;
  const fits = [fitOf(record, condition.text), ...condition.as.map((one) => fitOfSpelling(record, one))];
  return fits.reduce((best, fit) => (best === undefined || (fit ?? best) < best ? fit : best), undefined);
}

function patternOf(text: string): RegExp {
  const parts = plainLetters(text).split(/([*?])/);
  const wild = (part: string) => ({ '*': '[^/\\s]*?', '?': '[^/\\s]' })[part] ?? RegExp.escape(part);
  return new RegExp(parts.map(wild).join(''), 'gu');
}

const LETTER = '[a-z0-9\\u{80}-\\u{10ffff}]';

function fitOfSpelling(record: RepositoryRecord, spelling: Spelling): number | undefined {
  const { name, ...texts } = record;
  const expression = spellingOf(spelling);
  if (spelling.kind === 'nameRun') return fitOfExpression({ name, labels: {} }, expression);
  return fitOfExpression(spelling.kind === 'textRun' ? { ...texts, name: '' } : record, expression);
}

function spellingOf({ kind, letters }: Spelling): RegExp {
  if (kind === 'word') return new RegExp(`(?<!${LETTER})${letters}(?!${LETTER})`, 'gu');
  const spaced = `${[...letters].join('[-_./ ]*')}(?:(?!${LETTER})|(?<=${LETTER}{3}))`;
  return new RegExp(`(?<!${LETTER})(?:${letters}|${spaced})`, 'gu');
}

/** The best of all places in the name where it fits, or else as a text. */
function fitOfExpression(
  { name, title, summary, labels }: Pick<RepositoryRecord, 'name' | 'labels'> & Partial<RepositoryRecord>,
  expression: RegExp,
): number | undefined {
  const inName = [...tails(name)].flatMap((_, at) => {
    const sticky = new RegExp(expression, 'uy');
    sticky.lastIndex = at;
    const [fit] = sticky.exec(name) ?? [];
    return fit === undefined ? [] : [fitOfPlace(name, at, at + fit.length)];
  });
  if (inName.length > 0) return Math.min(...inName);
  const texts = [title ?? '', summary ?? '', ...Object.entries(labels).flat()];
  return texts.some((text) => plainLetters(text).search(expression) >= 0) ? 6 : undefined;
}

function fitOfPlace(name: string, from: number, to: number): number {
  const [before, after] = [name.charAt(from - 1), name.charAt(to)];
  if (before !== '' && before !== '/') return /[a-z0-9]/.test(before) ? 5 : 4;
  if (after === '') return before === '' ? 0 : 1;
  return after === '/' ? 2 : 3;
}

/** 0 is best: exact name, last component, component, start of a component, word, inside a word, text. */
export function fitOf({ name, title = '', summary = '', labels }: RepositoryRecord, text: string): number | undefined {
  const plain = plainLetters(text);
  if (name.includes(plain)) return fitOfName(name, plain);
  const isInLabel = Object.entries(labels)
    .flat()
    .some((one) => plainLetters(one).includes(plain));
  return isInLabel || [title, summary].some((one) => holdsLetters(one, text)) ? 6 : undefined;
}

function fitOfName(name: string, text: string): number {
  const path = `/${name}/`;
  if (name === text) return 0;
  if (name.endsWith(`/${text}`)) return 1;
  if (path.includes(`/${text}/`)) return 2;
  if (`/${name}`.includes(`/${text}`)) return 3;
  const starts = Array.from(name, (_, at) => at).filter((at) => name.startsWith(text, at));
  return starts.some((at) => at === 0 || !/[a-z0-9]/.test(name.charAt(at - 1))) ? 4 : 5;
}

interface Ranked {
  readonly record: RepositoryRecord;
  readonly points: number;
}

function compare(query: Query, { by }: Sort, [one, other]: readonly [Ranked, Ranked]): number {
  const [a, b] = [one.record, other.record];
  const byName = a.name < b.name ? -1 : 1;
  if (by === 'name') return byName;
  const byFit = by === 'relevance' ? worstFit(query, a) - worstFit(query, b) || other.points - one.points : 0;
  return byFit || b.pushedAtMs - a.pushedAtMs || byName;
}

/** How many public repositories name a path, or an origin, as their base. */
function countBases(all: readonly RepositoryRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const record of all) {
    const base = record.isPrivate ? undefined : baseOf(record);
    for (const key of new Set(base ? [base.path, base.origin] : [])) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** What people rely on has more points. */
function pointsOf(record: RepositoryRecord, bases: ReadonlyMap<string, number>): number {
  const { name, tags } = record;
  const asPath = bases.get(name) ?? 0;
  const asOrigin = bases.get(originOf(name) ?? '') ?? 0;
  const ofBases = 128 * Math.log2(1 + Math.max(asPath, asOrigin));
  const depth = Math.min(7, name.split('/').length - 1);
  const ofSource = isNamedAfterSource(record) ? 256 : 0;
  const ofChart = record.types[0] === 'helm' ? 384 : 0;
  const points = ofBases + ofSource - ofChart + (128 * tags.length) / (tags.length + 4) - 128 * depth;
  return -Math.round(-points) - (isMarkedDeprecated(record) ? 4_096 : 0);
}

/** The base image that a record names, if it is another repository. */
function baseOf({ name, labels }: RepositoryRecord) {
  const [, value = ''] = Object.entries(labels).find(([key]) => key === 'org.opencontainers.image.base.name') ?? [];
  if (value === '') return undefined;
  const [whole = ''] = value.toLowerCase().split('@');
  const parts = whole.replace(/:[^:/]*$/, '').split('/');
  const isPulled = parts.length > 1 && /[.:]|^localhost$/.test(parts[0] ?? '');
  const path = (isPulled ? parts.slice(1) : parts).join('/');
  const origin = official(isPulled ? parts.join('/') : `docker.io/${path}`);
  return path === name || origin === originOf(name) ? undefined : { path, origin };
}

/** The sources lie at the path that is the name, or above it, or the name is the end of their path. */
function isNamedAfterSource({ name, labels }: RepositoryRecord): boolean {
  const value = labels['org.opencontainers.image.source'] ?? labels['org.opencontainers.image.url'] ?? '';
  const [, page = ''] = /^(?:[a-z]+:\/\/[^/]*\/|git@[^/:]*:)(.*)$/.exec(value.toLowerCase()) ?? [];
  const path = page.replace(/\/(-|tree)\/.*$/, '').replace(/\.git$/, '');
  return path !== '' && (`${name}/`.startsWith(`${path}/`) || `/${path}`.endsWith(`/${name}`));
}

function originOf(name: string): string | undefined {
  const [, host, rest] = /(?:^|\/)([^/]*\.[^/]*|localhost)\/(.*)$/.exec(name) ?? [];
  if (host !== undefined) return official(`${host}/${rest}`);
  return /(^|\/)library\/[^/]+$/.test(name) ? `docker.io/${name.split('/').slice(-2).join('/')}` : undefined;
}

function official(origin: string): string {
  return origin.replace(/^index\.docker\.io\//, 'docker.io/').replace(/^docker\.io\/([^/]+)$/, 'docker.io/library/$1');
}

function isMarkedDeprecated({ name, summary = '', labels }: RepositoryRecord): boolean {
  const isLabelled = Object.entries(labels).some(([key, value]) => /deprecated$/i.test(key) && value !== 'false');
  return isLabelled || name.includes('legacy') || /^deprecated/i.test(summary);
}

function worstFit({ all }: Query, record: RepositoryRecord): number {
  return Math.max(0, ...all.map((one) => fitOfCondition(one, record)));
}

function fitOfCondition(condition: Condition, record: RepositoryRecord): number {
  if (condition.kind === 'name') return record.name === condition.path ? 0 : 1;
  return fitOfText(record, condition) ?? 0;
}

function sees({ names, showPrivate }: Visibility, { name, isPrivate }: RepositoryRecord): boolean {
  return (showPrivate || !isPrivate) && (names === undefined || names.some((pattern) => fitsGlob(pattern, name)));
}

function fitsGlob(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  if (pattern.startsWith('**')) return [...tails(name)].some((tail) => fitsGlob(pattern.slice(2), tail));
  if (pattern.startsWith('*')) {
    const reach = name.split('/', 1).join('').length;
    return [...tails(name)].slice(0, reach + 1).some((tail) => fitsGlob(pattern.slice(1), tail));
  }
  return pattern[0] === name[0] && fitsGlob(pattern.slice(1), name.slice(1));
}

function* tails(text: string): Generator<string> {
  for (let at = 0; at <= text.length; at += 1) yield text.slice(at);
}
