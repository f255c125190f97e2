import type { RepositoryRecord, TagEntry } from '../../../src/dynamodb/records/record.ts';
import type { Visibility } from '../../../src/search/api.ts';
import type { Condition, Query, Sort, TagClause } from '../../../src/search/query/query.ts';
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
      const sorted = hits.sort((a, b) => compare(query, sort, [a, b]));
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
      return fitOf(record, condition.text) !== undefined;
    case 'namespace':
      return record.name.startsWith(`${condition.namespace}/`);
    case 'type':
      return record.types.map(plainLetters).includes(condition.type);
    case 'referrer':
      return record.referrers.includes(condition.referrer);
    case 'label':
      return Object.entries(record.labels).some(
        ([key, value]) =>
          plainLetters(key) === plainLetters(condition.key) &&
          (condition.value === undefined || plainLetters(value) === plainLetters(condition.value)),
      );
    case 'digest':
      return record.tags.some(({ digest }) => digest.startsWith(condition.digest));
    case 'tag':
      return record.tags.some((tag) => fulfils(condition.clause, tag));
  }
}

function fulfils({ name, platforms, fromMs, beforeMs }: TagClause, tag: TagEntry): boolean {
  if (name?.match === 'exact' && tag.name !== name.text) return false;
  if (name?.match === 'prefix' && !tag.name.startsWith(name.text)) return false;
  if (fromMs !== undefined && tag.pushedAtMs < fromMs) return false;
  if (beforeMs !== undefined && tag.pushedAtMs >= beforeMs) return false;
  return platforms.every(({ os, arch }) =>
    (tag.platforms ?? []).map(plainLetters).some((platform) => {
      const [ofOs, ofArch, variant] = platform.split('/');
      return (
        (os === undefined || os === ofOs) && (arch === undefined || arch === ofArch || arch === `${ofArch}/${variant}`)
      );
    }),
  );
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

function compare(query: Query, { by }: Sort, [a, b]: readonly [RepositoryRecord, RepositoryRecord]): number {
  const byName = a.name < b.name ? -1 : 1;
  if (by === 'name') return byName;
  const byFit = by === 'relevance' ? worstFit(query, a) - worstFit(query, b) : 0;
  return byFit || b.pushedAtMs - a.pushedAtMs || byName;
}

function worstFit({ all }: Query, record: RepositoryRecord): number {
  return Math.max(0, ...all.map((one) => (one.kind === 'text' ? (fitOf(record, one.text) ?? 0) : 0)));
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
