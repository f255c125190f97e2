import type { Relaxation } from '../../query/hint.ts';
import type { Condition, Query } from '../../query/query.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { listOf } from '../index/term-dictionary.ts';
import { ALL_FIELDS, wordsOf } from '../index/tokens.ts';
import type { Interpretation, Interpreting } from '../interpret/interpretation.ts';
import { createTextMatcher } from '../match/text/text-matcher.ts';
import type { VisibilityFilter } from '../match/visibility.ts';
import { countDocs, intersect } from '../structures/bitset.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import { encode, sliceOf } from '../structures/bytes.ts';
import type { Steps } from '../structures/scheduler.ts';
import { mayBeMistaken, type SimilarWord, similarWords } from './similar-words.ts';

interface Correcting {
  readonly query: Query;
  readonly view: VisibilityFilter | undefined;
  /** Bitsets for one word at a time: a query may have hundreds. */
  readonly newBitsets: () => Bitsets;
}

/** Words with typos replaced by the nearest ones that something has. */
export function* correctTypos(index: InvertedIndex, asked: Interpreting): Steps<readonly Interpretation[]> {
  const meant: Query | undefined = yield* correctQuery(index, asked);
  return meant === undefined ? [] : [{ query: meant, relaxed: changesOf(asked.query, meant) }];
}

function changesOf({ all }: Query, meant: Query): Relaxation[] {
  return all.flatMap((condition, at) => {
    const other = meant.all[at];
    const isSame = condition.kind !== 'text' || other?.kind !== 'text' || other.text === condition.text;
    return isSame ? [] : [{ kind: 'typo', typed: condition.text, meant: other.text } as const];
  });
}

/**
 * What may have been meant by a query that finds nothing: where no repository that may be seen has a word, the nearest
 * word that one has. Undefined when nothing is near, or every word is known.
 */
function* correctQuery(index: InvertedIndex, { query, view, newBitsets }: Correcting): Steps<Query | undefined> {
  const all: Condition[] = [];
  let isChanged = false;
  for (const condition of query.all) {
    const text: string | undefined =
      condition.kind === 'text' ? yield* correctText(index, condition.text, { view, newBitsets }) : undefined;
    all.push(text === undefined ? condition : { kind: 'text', text });
    isChanged ||= text !== undefined;
  }
  return isChanged ? { ...query, all } : undefined;
}

type Means = Pick<Correcting, 'view' | 'newBitsets'>;

/** The text with its unknown words replaced; undefined when there is none, or nothing to replace it with. */
function* correctText(index: InvertedIndex, text: string, means: Means): Steps<string | undefined> {
  const typed = encode(text);
  const parts: Buffer[] = [];
  let end = 0;
  let isChanged = false;
  for (const [from, to] of wordsOf(sliceOf(typed))) {
    const meant: Buffer | undefined = yield* correctWord(index, typed.subarray(from, to), means);
    parts.push(typed.subarray(end, from), meant ?? typed.subarray(from, to));
    isChanged ||= meant !== undefined;
    end = to;
  }
  return isChanged ? Buffer.concat([...parts, typed.subarray(end)]).toString() : undefined;
}

const TRIED = 32;

function* correctWord(index: InvertedIndex, typed: Buffer, { view, newBitsets }: Means): Steps<Buffer | undefined> {
  if (!mayBeMistaken(typed.length)) return undefined;
  const sets = newBitsets();
  try {
    return yield* nearestWord(index, typed, { view, sets });
  } finally {
    sets.end();
  }
}

interface Seeing {
  readonly view: VisibilityFilter | undefined;
  readonly sets: Bitsets;
}

/** Undefined where the word is known, and where nothing is near. */
function* nearestWord(index: InvertedIndex, typed: Buffer, seeing: Seeing): Steps<Buffer | undefined> {
  if (yield* isKnown(index, typed.toString(), seeing)) return undefined;
  let best: (SimilarWord & { count: number }) | undefined;
  const similar: SimilarWord[] = yield* similarWords(index.words, sliceOf(typed));
  for (const one of similar.slice(0, TRIED)) {
    if (best && one.distance > best.distance) break;
    const count = countSeen(index, one, seeing);
    if (count > (best?.count ?? 0)) best = { ...one, count };
    yield;
  }
  return best && Buffer.from(best.letters.bytes);
}

/** Whether a repository that may be seen has the text. */
function* isKnown(index: InvertedIndex, text: string, { view, sets }: Seeing): Steps<boolean> {
  const matcher = createTextMatcher({ index, sets }, text);
  if ((yield* matcher.maxDocs()) === 0) return false;
  const holding = sets.take();
  yield* matcher.collect(holding, index.live);
  if (view) intersect(holding, view.set);
  return countDocs(holding) > 0;
}

/** How many repositories that may be seen have the word. */
function countSeen({ words }: InvertedIndex, { letters }: SimilarWord, { view, sets }: Seeing): number {
  const holding = sets.take();
  const word = words.find(letters);
  if (word < 0) return 0;
  for (const field of ALL_FIELDS) words.lists.uniteInto(holding, listOf(word, field));
  if (view) intersect(holding, view.set);
  return countDocs(holding);
}
