import type { SuggestQuery } from '../api.ts';
import { fold, withoutMarks } from '../fold.ts';
import type { Condition, Query } from '../query/query.ts';
import { BEST_FIRST } from '../query/sort.ts';
import type { SearchDeps } from './find.ts';
import { createHolders } from './match/holders.ts';
import { evaluate } from './match/planner.ts';
import { nameHas } from './match/text/spelled-text.ts';
import { pickPage } from './rank/page.ts';
import { nearestBeginning } from './spelling/correct.ts';
import { respell } from './spelling/respell.ts';
import { countDocs } from './structures/bitset.ts';
import { encode, indexOf, type Slice, sliceOf } from './structures/bytes.ts';
import { finish, type Steps } from './structures/scheduler.ts';

/** More words are left out: what is typed so far is short. */
const MAX_WORDS = 8;

/**
 * Names that hold all words of what was typed so far, those that fit better first; where there are none, names that it
 * may become when it is spelled otherwise.
 */
export function* suggestNames(deps: SearchDeps, { prefix, limit, visibility }: SuggestQuery): Steps<string[]> {
  const words = fold(prefix)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  const all = words.slice(0, MAX_WORDS).map((text) => ({ kind: 'text', text }) as const);
  const asked: Suggesting = { query: { all, none: [] }, limit, visibility };
  const names = yield* namesWith(deps, asked);
  if (names.length > 0) return names;
  for (const query of yield* otherQueries(deps, asked)) {
    const others = yield* namesWith(deps, { ...asked, query });
    if (others.length > 0) return others;
  }
  return [];
}

interface Suggesting extends Pick<SuggestQuery, 'limit' | 'visibility'> {
  readonly query: Query;
}

/** What may be meant, likeliest first: other spellings, then words that begin nearly as the last one does. */
function* otherQueries(deps: SearchDeps, { query, visibility }: Suggesting): Steps<Query[]> {
  const { index, newBitsets, writes } = deps;
  const view = yield* deps.views.filterOf(visibility);
  const sets = newBitsets();
  const watch = writes.watch();
  try {
    const { isKnown } = createHolders({ ...deps, view, sets, watch });
    const respelled = yield* respell({ index, query, view, newBitsets, isKnown });
    const last = query.all.at(-1);
    const begun = last?.kind === 'text' ? yield* nearestBeginning({ index, view }, last.text) : undefined;
    const finished: Condition[] = begun === undefined ? [] : [...query.all.slice(0, -1), { kind: 'text', text: begun }];
    return [...respelled.map((one) => one.query), ...(finished.length > 0 ? [{ ...query, all: finished }] : [])];
  } finally {
    watch.end();
    sets.end();
  }
}

/** Hits that are looked at for names: most hold a word in their name, if any of those do that come first. */
const LOOKED_AT = 1_000;

/** The best names that hold all texts of a query, in which texts beside the name count for nothing. */
function* namesWith(deps: SearchDeps, { query, limit, visibility }: Suggesting): Steps<string[]> {
  const { index, views, writes, newBitsets } = deps;
  const sets = newBitsets();
  const watch = writes.watch();
  try {
    const view = yield* views.filterOf(visibility);
    const found = yield* evaluate({ ...deps, query, view, sets, watch, isRanked: true, areTexts: true });
    const isInName = (doc: number) => query.all.every((one) => isOfName(index.repositories.nameOf(doc), one));
    const request = { sort: BEST_FIRST, offset: 0, after: undefined, total: countDocs(found.all), sets };
    const best = (most: number) => finish(pickPage(index, found, { ...request, limit: most })).map(({ doc }) => doc);
    const first = best(limit);
    const docs = first.length === limit && !first.every(isInName) ? best(LOOKED_AT) : first;
    return docs.values().filter(isInName).take(limit).map(index.repositories.nameTextOf).toArray();
  } finally {
    watch.end();
    sets.end();
  }
}

/** Whether it is the name that has what a condition asks for, not a text or a tag. */
function isOfName(name: Slice, condition: Condition): boolean {
  if (condition.kind !== 'text' && condition.kind !== 'spelled') return true;
  const isLiteral = indexOf(name, sliceOf(encode(withoutMarks(condition.text)))) >= 0;
  return isLiteral || (condition.kind === 'spelled' && condition.as.some((spelling) => nameHas(name, spelling)));
}
