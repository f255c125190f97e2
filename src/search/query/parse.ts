import { fold } from '../fold.ts';
import { type Asked, anyOf, gatherTagClause, isTagPart, type TagPart } from './asked.ts';
import { type Filter, filterOf, nameOfFilter } from './filters.ts';
import { QueryError } from './mistake.ts';
import type { Condition, Query, TextCondition } from './query.ts';
import { type ReadContext, readDigestWord } from './read-values.ts';
import { findPastedLine, type Pasted, wordIn } from './reference/pasted-line.ts';
import { mayBePointed } from './reference/reference.ts';
import { type Token, tokenise } from './tokenise.ts';
import { similarFilter } from './unknown-filter.ts';

/** Longer queries are refused. */
export const MAX_CHARACTERS = 1_024;
const MAX_CONDITIONS = 32;

/**
 * Parses a query such as `payments arch:arm64 -"end of life"`; `nowMs` is what ages are counted back from. Throws a
 * QueryError, and nothing else, for whatever it does not understand. What has no quotes and no colon after a filter's
 * name is always understood, as a literal text: that is what docker and podman have always sent. A line of a shell or a
 * file that names an image (`docker run -it …`) is one text with the filters before and after it.
 */
export function parseQuery(text: string, nowMs: number): Query {
  if (text.length > MAX_CHARACTERS)
    throw new QueryError({ kind: 'tooLong', mostCharacters: MAX_CHARACTERS }, MAX_CHARACTERS);
  const line = findPastedLine(text) ?? findMessage(text);
  if (!line) return gather(readClauses(text, { nowMs, offset: 0 }));
  const before = readClauses(text.slice(0, line.start), { nowMs, offset: 0 });
  const after = readClauses(text.slice(line.end), { nowMs, offset: line.end });
  return gather([...before, clauseOfLine(text.slice(line.start, line.end)), ...after]);
}

/** All of a text that has a reference in it, and quotes that are not those of the language. */
function findMessage(text: string): Pasted | undefined {
  if (!text.includes('"')) return undefined;
  try {
    tokenise(text);
    return undefined;
  } catch (error) {
    if (wordIn(text) === undefined) throw error;
    return { start: 0, end: text.length };
  }
}

/** One word, phrase or filter as it was asked for, in Lucene's word. */
interface Clause {
  readonly isExcluded: boolean;
  readonly asked: Asked;
  readonly position: number;
}

interface QueryPart {
  readonly nowMs: number;
  /** Where the text begins within the whole query. */
  readonly offset: number;
}

function readClauses(text: string, { nowMs, offset }: QueryPart): Clause[] {
  const tokens = tokenise(text, offset);
  const beyond = tokens[MAX_CONDITIONS];
  if (beyond) throw new QueryError({ kind: 'tooMuch', mostConditions: MAX_CONDITIONS }, beyond.position);
  return tokens.flatMap((token) => {
    const asked = readToken(token, nowMs);
    return asked ? [{ isExcluded: token.isExcluded, asked, position: token.position }] : [];
  });
}

function clauseOfLine(line: string): Clause {
  return {
    isExcluded: false,
    asked: { kind: 'text', text: fold(line.replace(/\s+/g, ' ')), typed: line },
    position: 0,
  };
}

/** Undefined for a word of which nothing is left when it is folded. */
function readToken(token: Token, nowMs: number): Asked | undefined {
  const { key, value, isQuoted, position, source } = token;
  const filter = key === undefined ? undefined : filterOf(key);
  if (filter) return readFilter(filter, token, nowMs);
  if (key !== undefined) refuseSlip(key, token);
  if (source === '""') throw new QueryError({ kind: 'nothingQuoted' }, position);
  const digest = isQuoted ? undefined : readDigestWord(value);
  return digest ?? wordOf(key === undefined ? value : source, isQuoted);
}

/** Stars at the ends of a word say nothing, for it is found inside of others; in quotes they stand for themselves. */
function wordOf(word: string, isQuoted: boolean): Asked | undefined {
  const inner = isQuoted ? word : word.replace(/^\*+|\*+$/g, '');
  const text = textOf(inner, isQuoted);
  if (text.text === '') return undefined;
  return isQuoted || !/[*?]/.test(inner) || inner.includes('://') ? text : { kind: 'pattern', text: text.text };
}

/** A port (`localhost:5000/app`) or the slashes of a URL: such a colon belongs to the text. */
const NO_FILTER = /^(\d{1,5}($|\/)|\/)/;

/** An unknown name before a colon is text, unless it is nearly that of a filter. */
function refuseSlip(key: string, { value, isQuoted, position }: Token): void {
  if (!isQuoted && NO_FILTER.test(value)) return;
  const meant = similarFilter(key);
  if (meant === undefined) return;
  throw new QueryError({ kind: 'unknownFilter', typed: key, meant }, position);
}

/** What may be a reference keeps its case, for its tag has one; in quotes it is text alone. */
function textOf(typed: string, isQuoted = false): TextCondition {
  const text = fold(typed);
  return !isQuoted && mayBePointed(typed) ? { kind: 'text', text, typed } : { kind: 'text', text };
}

function readFilter(filter: Filter, { key = '', value, isQuoted, valuePosition }: Token, nowMs: number): Asked {
  const context: ReadContext = { nowMs, isQuoted };
  const values = isQuoted ? [value] : (filter.split ?? splitAtCommas)(value);
  const asked = values.map((each) => filter.read(each, context));
  const wrong = value === '' ? undefined : values.find((_, at) => asked[at] === undefined);
  const either = anyOf(asked.flatMap((each) => each ?? []));
  if (wrong === undefined && either) return either;
  const asks = { typed: key, name: nameOfFilter(key), wants: filter.wants };
  if (value === '') throw new QueryError({ kind: 'noValue', filter: asks }, valuePosition);
  const position = valuePosition + Math.max(0, value.indexOf(wrong ?? ''));
  throw new QueryError({ kind: 'wrongValue', filter: asks, value: wrong ?? value }, position);
}

/** Commas at the ends are left from a list that was pasted. */
function splitAtCommas(value: string): string[] {
  return value.split(',').filter((part) => part !== '');
}

function gather(clauses: readonly Clause[]): Query {
  const all: Condition[] = [];
  const none: Condition[] = [];
  const parts: TagPart[] = [];
  for (const { asked, isExcluded, position } of clauses) {
    if (isTagPart(asked) && !isExcluded) parts.push(once(asked, parts, position));
    else if (isExclusion(asked, isExcluded)) none.push(conditionOf(asked));
    else all.push(conditionOf(asked));
  }
  if (parts.length > 0) all.push({ kind: 'tag', clause: gatherTagClause(parts) });
  return { all, none };
}

/** A tag has one name, so that of a query cannot have two. */
function once(part: TagPart, parts: readonly TagPart[], position: number): TagPart {
  const isSecond = part.kind === 'tagNames' && parts.some(({ kind }) => kind === 'tagNames');
  if (isSecond) throw new QueryError({ kind: 'secondTag' }, position);
  return part;
}

/** `-signed:no` asks for what is signed. */
function isExclusion({ kind }: Asked, isExcluded: boolean): boolean {
  return isExcluded !== (kind === 'noReferrer');
}

/** An excluded part of a tag clause is a clause of its own: nothing that has such a tag. */
function conditionOf(asked: Asked): Condition {
  if (isTagPart(asked)) return { kind: 'tag', clause: gatherTagClause([asked]) };
  return asked.kind === 'noReferrer' ? { kind: 'referrer', referrer: asked.referrer } : asked;
}
