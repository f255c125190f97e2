import { QueryError } from './mistake.ts';

/** One word, phrase or filter of a query. */
export interface Token {
  /** A minus stands before it. */
  readonly isExcluded: boolean;
  /** The letters before the colon, in lower case. Undefined for plain words and phrases. */
  readonly key: string | undefined;
  /** What is meant: without quotes and escapes. */
  readonly value: string;
  readonly isQuoted: boolean;
  /** As typed, without the minus. */
  readonly source: string;
  /** Where `source` begins in the query, counted from 0; and below, where what follows the key begins. */
  readonly position: number;
  readonly valuePosition: number;
}

/** Each of them is tried at one place of the text. */
const SPACE = /\s*/y;
const MINUS = /-(?=\S)/y;
const KEY = /[A-Za-z]+:/y;
/** What may stand before the quote of a filter: `label:team="core team"`. */
const LEAD = /[^\s"=]*=(?=")/y;
/** Inside of quotes `\"` is a quote and `\\` a backslash; other backslashes stand for themselves. */
const PHRASE = /"(?:\\["\\]|\\(?!["\\])|[^"\\])*"/y;
const WORD = /\S*/y;

/**
 * Splits a query, or the part of one that begins at `offset`, at white space outside of quotes. Throws a QueryError for
 * quotes that do not end as they should.
 */
export function tokenise(text: string, offset = 0): Token[] {
  const tokens: Token[] = [];
  let at = take(SPACE, text, 0).length;
  while (at < text.length) {
    const token = readToken(text, at, offset);
    tokens.push(token);
    at = token.position - offset + token.source.length;
    at += take(SPACE, text, at).length;
  }
  return tokens;
}

function readToken(text: string, start: number, offset: number): Token {
  const minus = take(MINUS, text, start);
  const position = start + minus.length;
  const key = take(KEY, text, position);
  const valuePosition = position + key.length;
  const lead = key && take(LEAD, text, valuePosition);
  const rest = readRest(text, valuePosition + lead.length, offset);
  const isQuoted = rest.startsWith('"');
  return {
    isExcluded: minus !== '',
    key: key ? key.slice(0, -1).toLowerCase() : undefined,
    value: lead + (isQuoted ? unquote(rest) : rest),
    isQuoted,
    source: key + lead + rest,
    position: offset + position,
    valuePosition: offset + valuePosition,
  };
}

/** A phrase with its quotes, or everything up to the next white space. */
function readRest(text: string, at: number, offset: number): string {
  if (text[at] !== '"') return take(WORD, text, at);
  const phrase = take(PHRASE, text, at);
  if (phrase === '') throw new QueryError({ kind: 'openQuote' }, offset + at);
  const end = at + phrase.length;
  if (end < text.length && take(SPACE, text, end) === '') throw new QueryError({ kind: 'spaceMissing' }, offset + end);
  return phrase;
}

function unquote(phrase: string): string {
  return phrase.slice(1, -1).replace(/\\(["\\])/g, '$1');
}

function take(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
