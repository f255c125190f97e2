import { FILTERS } from '../../query/filters.ts';
import type { Hint, Relaxation } from '../../query/hint.ts';
import { printCondition } from '../../query/print.ts';
import type { Condition, Query } from '../../query/query.ts';
import { isEmpty } from '../structures/bitset.ts';
import type { Steps } from '../structures/scheduler.ts';
import { readAsReference } from './as-reference.ts';
import { type Interpreting, isWord } from './interpretation.ts';
import { knownValues } from './known-values.ts';

/** So many conditions are looked at one by one. */
const MAX_CONDITIONS = 8;
const MAX_HINTS = 4;

/** Why a query finds nothing, and what to try. Never empty. */
export function* explain(asked: Interpreting): Steps<readonly Hint[]> {
  const { index, view, isKnown } = asked;
  if (isEmpty(view?.set ?? index.live)) return [{ kind: 'nothingVisible' }];
  const words = readAsReference(asked.query)?.words;
  const query = words?.query ?? asked.query;
  const reference = words?.relaxed.find((how) => how.kind === 'reference');
  const parts = query.all.flatMap(splitClause).slice(0, MAX_CONDITIONS);
  const unmatched: Condition[] = [];
  for (const part of parts) if (!(yield* isKnown(part))) unmatched.push(part);
  const hints = explainWords(unmatched.filter(isWord), reference);
  for (const filter of unmatched.filter((one) => !isWord(one))) {
    hints.push({ kind: 'unmatched', filter: printCondition(filter), known: yield* knownValues(asked, filter) });
  }
  if (unmatched.length === 0) hints.push(...(yield* explainTogether(query, parts, asked)));
  return [...hints, ...asked.query.all.flatMap(explainColon)].slice(0, MAX_HINTS);
}

type ReadReference = Extract<Relaxation, { kind: 'reference' }>;

function explainWords(words: readonly Condition[], reference: ReadReference | undefined): Hint[] {
  const isPath = (one: Condition) => one.kind === 'text' && one.text === reference?.name;
  const others = words.filter((one) => !isPath(one)).map(wordOf);
  return [
    ...(reference && words.some(isPath) ? [{ ...reference, kind: 'noRepository' } as const] : []),
    ...(others.length === 0 ? [] : [{ kind: 'unknownWords', words: others } as const]),
  ];
}

function wordOf(condition: Condition): string {
  return condition.kind === 'text' ? (condition.typed ?? condition.text) : printCondition(condition);
}

/** Of a clause on tags what it asks for one by one. */
function splitClause(condition: Condition): Condition[] {
  if (condition.kind !== 'tag') return [condition];
  const { names, platforms, fromMs, beforeMs } = condition.clause;
  const none = { names: [], platforms: [], fromMs: undefined, beforeMs: undefined };
  return [
    ...(names.length === 0 ? [] : [{ ...none, names }]),
    ...platforms.map((choice) => ({ ...none, platforms: [choice] })),
    ...(fromMs === undefined && beforeMs === undefined ? [] : [{ ...none, fromMs, beforeMs }]),
  ].map((clause) => ({ kind: 'tag', clause }));
}

/** Each part holds for something: without which of them is there a hit? */
function* explainTogether(
  query: Query,
  parts: readonly Condition[],
  { count, countEach }: Pick<Interpreting, 'count' | 'countEach'>,
): Steps<readonly Hint[]> {
  const hints: Hint[] = [];
  for (const left of query.none.slice(0, MAX_CONDITIONS)) {
    const total = yield* count({ ...query, none: query.none.filter((one) => one !== left) });
    if (total > 0) hints.push({ kind: 'allBut', condition: `-${printCondition(left)}`, total });
  }
  const shares = parts.length > 1 ? yield* countEach({ ...query, all: [] }, parts) : [];
  for (const [at, { without: total }] of shares.entries()) {
    const left = parts[at];
    if (left && total > 0) hints.push({ kind: 'allBut', condition: printCondition(left), total });
  }
  if (hints.length > 0) return hints;
  return [{ kind: 'noneHasAll', conditions: [...parts, ...query.none].map(printCondition) }];
}

/** A word such as `foo:bar` may have been meant as a filter. */
function explainColon(condition: Condition): Hint[] {
  if (condition.kind !== 'text' || !/^[a-z]+:[^/]/.test(condition.text)) return [];
  return [{ kind: 'noFilter', word: condition.text, filters: [...FILTERS.keys()] }];
}
