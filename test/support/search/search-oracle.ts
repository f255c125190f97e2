import type { RepositoryRecord, TagEntry } from '../../../src/dynamodb/records/record.ts';
import type { Visibility } from '../../../src/search/api.ts';
import {
  ARTIFACT,
  type Condition,
  type LabelCondition,
  type PlatformPattern,
  type Query,
  type Spelling,
  type TagClause,
  type TagName,
} from '../../../src/search/query/query.ts';
import type { Sort } from '../../../src/search/query/sort.ts';
import { holdsLetters, plainLetters } from './oracle-letters.ts';
import { countBases, isChart, pointsOf } from './oracle-rank.ts';

/** What the engine must answer, from looking at every record with plain strings. */
export interface SearchOracle {
  upsert(record: RepositoryRecord): void;
  remove(name: string): void;
  /** All hits in order. */
  search(query: Query, sort: Sort, visibility: Visibility, prefer?: 'images'): RepositoryRecord[];
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
    search(query, sort, visibility, prefer) {
      const hits = visible(visibility).filter((record) => asksFor(query, record));
      const bases = sort.by === 'relevance' ? countBases([...known.values()]) : new Map<string, number>();
      const ranked = hits.map((record) => ({
        record,
        level: levelOf(query, record, prefer),
        points: pointsOf(record, bases),
      }));
      const sorted = ranked.sort((a, b) => compare(sort, [a, b])).map(({ record }) => record);
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
  const isWanted = (one: Condition) => (isTextual(one) ? fitOfWord(record, one) !== undefined : matches(one, record));
  return all.every(isWanted) && !none.some((one) => matches(one, record));
}

function isTextual({ kind }: Condition): boolean {
  return kind === 'text' || kind === 'pattern' || kind === 'spelled' || kind === 'name';
}

/** How a word that is asked for fits: as a text, or as a tag or a kind that it means. */
function fitOfWord(record: RepositoryRecord, condition: Condition): number | undefined {
  if (condition.kind === 'name') return fitOfPath(record, condition.path);
  const fit = fitOfText(record, condition);
  const isMeant = 'text' in condition && condition.kind !== 'pattern' && meansMore(record, condition.text);
  return isMeant && (fit === undefined || fit > 4) ? 4 : fit;
}

function fitOfPath({ name }: RepositoryRecord, path: string): number | undefined {
  if (name === path) return 0;
  return name.endsWith(`/${path}`) ? 1 : undefined;
}

function meansMore({ tags, types }: RepositoryRecord, word: string): boolean {
  const kind = { image: 'image', images: 'image', container: 'image', chart: 'helm', charts: 'helm', helm: 'helm' }[
    word
  ];
  if (kind !== undefined && types.includes(kind)) return true;
  const sought = word.replaceAll('+', '_');
  const version = /^v?(\d.*)$/.exec(sought)?.[1];
  const names = version === undefined ? [sought] : [version, `v${version}`];
  const isTag = (text: string) => /^[a-z0-9_][a-z0-9_.-]*$/.test(text);
  return tags.some(({ name }) =>
    names.some((one) => isTag(one) && asciiLower(name).startsWith(one) && /^([._-]|$)/.test(name.slice(one.length))),
  );
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Each text once, and without those that only hold a sentence together. */
function tellingOf(words: Condition[]): Condition[] {
  const texts = words.map((one) => (one.kind === 'text' ? one.text : undefined));
  const once = words.filter((_, at) => texts[at] === undefined || texts.indexOf(texts[at]) === at);
  const telling = once.filter(
    (one) => one.kind !== 'text' || !/^(in|of|for|the|and|with|to|on|is|my|our)$/.test(one.text),
  );
  return telling.length > 0 ? telling : once;
}

/** 0 where a word is the whole name, and the higher the worse. */
function levelOf({ all, none }: Query, record: RepositoryRecord, prefer: 'images' | undefined): number {
  const words = tellingOf(all.filter(isTextual)).sort((a, b) => textOf(b).length - textOf(a).length);
  const fits = words.map((word) => fitOfWord(record, word) ?? 0);
  if (fits.includes(0)) return 0;
  const sum = fits
    .slice(0, 4)
    .reduce((total, fit) => total + ([0, 1, 2, 3, 4, 5, 8, 11][fit] ?? 0), Math.min(1, fits.length));
  const isDemoted = prefer !== undefined && isChart(record) && ![...all, ...none].some(saysKind);
  return sum + (isDemoted ? 6 : 0);
}

function saysKind(condition: Condition): boolean {
  if (condition.kind === 'any') return condition.of.some(saysKind);
  return condition.kind === 'type' || /^(charts?|helm)$/.test(textOf(condition));
}

function textOf(condition: Condition): string {
  if (condition.kind === 'name') return condition.path;
  return 'text' in condition ? condition.text : '';
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
  const holds = (text: string) => plainLetters(text).search(expression) >= 0;
  if ([title ?? '', summary ?? '', ...labelTexts(labels)].some(holds)) return 6;
  return addressesOf(labels).some(holds) ? 7 : undefined;
}

function fitOfPlace(name: string, from: number, to: number): number {
  const [before, after] = [name.charAt(from - 1), name.charAt(to)];
  if (before !== '' && before !== '/') return /[a-z0-9]/.test(before) ? 5 : 4;
  if (after === '') return before === '' ? 0 : 1;
  return after === '/' ? 2 : 3;
}

/** 0 is best: exact name, last component, component, start of a component, word, inside a word, text, address. */
export function fitOf({ name, title = '', summary = '', labels }: RepositoryRecord, text: string): number | undefined {
  const plain = plainLetters(text);
  if (name.includes(plain)) return fitOfName(name, plain);
  const holds = (one: string) => plainLetters(one).includes(plain);
  if (labelTexts(labels).some(holds) || [title, summary].some((one) => holdsLetters(one, text))) return 6;
  return addressesOf(labels).some(holds) ? 7 : undefined;
}

/** Values of labels are texts, keys are not. */
function labelTexts(labels: RepositoryRecord['labels']): string[] {
  return Object.entries(labels).flatMap((label) => (isAddress(label) ? [] : [label[1]]));
}

function addressesOf(labels: RepositoryRecord['labels']): string[] {
  return Object.entries(labels).flatMap((label) => (isAddress(label) ? [label[1]] : []));
}

function isAddress([key, value]: readonly [string, string]): boolean {
  return value.includes('://') || /(^|[./_-])(sources?|url|base\.name)$/i.test(key);
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
  readonly level: number;
  readonly points: number;
}

function compare({ by }: Sort, [one, other]: readonly [Ranked, Ranked]): number {
  const [a, b] = [one.record, other.record];
  const byName = a.name < b.name ? -1 : 1;
  if (by === 'name') return byName;
  const byFit = by === 'relevance' ? one.level - other.level || other.points - one.points : 0;
  return byFit || b.pushedAtMs - a.pushedAtMs || byName;
}

function sees(visibility: Visibility, { name, isPrivate }: RepositoryRecord): boolean {
  return visibility.some(({ names, except = [], showPrivate }) => {
    const isNamed = names === undefined || names.some((pattern) => fitsGlob(pattern, name));
    return (showPrivate || !isPrivate) && isNamed && !except.some((pattern) => fitsGlob(pattern, name));
  });
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
