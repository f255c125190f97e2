import { fold } from '../fold.ts';
import type { Asked, TagPart } from './asked.ts';
import { FILTERS } from './filters.ts';
import type { Condition, Query } from './query.ts';
import { QueryError } from './query-error.ts';
import { readDigestWord } from './read-values.ts';
import { gatherTagClause } from './tag-clause.ts';
import { type Token, tokenise } from './tokenise.ts';
import { isText, unknownFilter } from './unknown-filter.ts';

const MAX_CHARACTERS = 1_024;
const MAX_CONDITIONS = 32;

/**
 * Parses a query such as `payments arch:arm64 -"end of life"`; `nowMs` is what ages are counted back from. Throws a
 * QueryError, and nothing else, for whatever it does not understand. What has no colon and no quotes is always
 * understood, as a literal text: that is what docker and podman have always sent.
 */
export function parseQuery(text: string, nowMs: number): Query {
  if (text.length > MAX_CHARACTERS) throw new QueryError('the query is too long', MAX_CHARACTERS, TOO_LONG);
  const tokens = tokenise(text);
  const beyond = tokens[MAX_CONDITIONS];
  if (beyond) throw new QueryError('the query asks for too much', beyond.position, TOO_MANY);
  return gather(tokens.map((token) => ({ token, asked: readToken(token, nowMs) })));
}

const TOO_LONG = `it may have ${MAX_CHARACTERS} characters`;
const TOO_MANY = `it may have ${MAX_CONDITIONS} words and filters`;

interface Term {
  readonly token: Token;
  readonly asked: Asked;
}

function readToken(token: Token, nowMs: number): Asked {
  const { key, value, isQuoted, position } = token;
  if (key !== undefined) return readFilter(key, token, nowMs);
  if (value === '') throw new QueryError('there is nothing between the quotes', position);
  return (isQuoted ? undefined : readDigestWord(value)) ?? { kind: 'text', text: fold(value) };
}

function readFilter(key: string, token: Token, nowMs: number): Asked {
  const { value, source, valuePosition } = token;
  const filter = FILTERS.get(key);
  if (!filter && isText(token)) return { kind: 'text', text: fold(source) };
  if (!filter) throw unknownFilter(key, token);
  const asked = filter.read(value, nowMs);
  const problem = value === '' ? `\`${key}:\` has no value` : `\`${key}:\` cannot be \`${value}\``;
  if (!asked) throw new QueryError(problem, valuePosition, `it takes ${filter.wants}`);
  return asked;
}

function gather(terms: readonly Term[]): Query {
  const all: Condition[] = [];
  const none: Condition[] = [];
  const parts: TagPart[] = [];
  for (const { token, asked } of terms) {
    if (isTagPart(asked) && !token.isExcluded) parts.push(once(asked, parts, token));
    else if (isExclusion(token, asked) && !isNothing(asked)) none.push(conditionOf(asked));
    else if (!isNothing(asked)) all.push(conditionOf(asked));
  }
  if (parts.length > 0) all.push({ kind: 'tag', clause: gatherTagClause(parts) });
  return { all, none };
}

/** Nothing is left of a word of invisible characters alone. */
function isNothing(asked: Asked): boolean {
  return asked.kind === 'text' && asked.text === '';
}

function isTagPart(asked: Asked): asked is TagPart {
  return asked.kind === 'tagName' || asked.kind === 'os' || asked.kind === 'arch' || asked.kind === 'pushed';
}

/** A tag has one name, so that of a query cannot have two. */
function once(part: TagPart, parts: readonly TagPart[], { position }: Token): TagPart {
  const isSecond = part.kind === 'tagName' && parts.some(({ kind }) => kind === 'tagName');
  if (isSecond) throw new QueryError('a second `tag:`', position, 'all conditions on tags are on one and the same tag');
  return part;
}

/** `-signed:no` asks for what is signed. */
function isExclusion({ isExcluded }: Token, { kind }: Asked): boolean {
  return isExcluded !== (kind === 'noReferrer');
}

/** An excluded part of a tag clause is a clause of its own: nothing that has such a tag. */
function conditionOf(asked: Asked): Condition {
  if (isTagPart(asked)) return { kind: 'tag', clause: gatherTagClause([asked]) };
  return asked.kind === 'noReferrer' ? { kind: 'referrer', referrer: asked.referrer } : asked;
}
