import { printCondition } from '../../query/print.ts';
import type { Condition, Query } from '../../query/query.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import type { Steps } from '../structures/scheduler.ts';
import { type Interpretation, type Interpreting, isWord } from './interpretation.ts';

/** So many words are tried without each of them. */
const MOST_WORDS = 8;

/** Say what kind of thing is sought, so that they alone are not what was meant. */
const GENERIC: ReadonlySet<string> = new Set([
  ...['image', 'images', 'container', 'docker', 'oci', 'chart', 'charts', 'helm', 'repo', 'repository', 'registry'],
  ...[
    'the',
    'a',
    'an',
    'for',
    'of',
    'with',
    'and',
    'or',
    'in',
    'on',
    'to',
    'my',
    'our',
    'latest',
    'version',
    'pull',
    'run',
  ],
]);

interface Word {
  readonly condition: Condition;
  /** How many have it, and all filters. */
  readonly count: number;
}

/**
 * The last resort: without the words that nothing has, or else without the one that leaves the fewest hits, which are
 * those that have the rarer words. At least half of the words are kept.
 */
export function* leaveWordsOut(
  _index: InvertedIndex,
  { query, count }: Interpreting,
): Steps<readonly Interpretation[]> {
  const texts = query.all.filter(isWord);
  if (texts.length < 2 || texts.length > MOST_WORDS) return [];
  const filters = query.all.filter((one) => !isWord(one));
  const countOf = (words: readonly Condition[]) => count({ ...query, all: [...words, ...filters] });
  const words: Word[] = [];
  for (const condition of texts) words.push({ condition, count: yield* countOf([condition]) });
  const known = words.filter((word) => word.count > 0).map(({ condition }) => condition);
  const kept = known.length < texts.length && known.length > 0 ? [known] : [];
  const withoutOne = known.map((_, left) => known.filter((_one, at) => at !== left));
  // Of words that are equally rare the first says most.
  const fewer = yield* rarestFirst(withoutOne.reverse(), countOf);
  return [...kept, ...fewer]
    .filter((some) => some.length * 2 >= texts.length && some.some(isTelling))
    .map((some) => without(query, texts, some));
}

function* rarestFirst(
  choices: readonly Condition[][],
  countOf: (words: readonly Condition[]) => Steps<number>,
): Steps<Condition[][]> {
  const counted: { words: Condition[]; count: number }[] = [];
  for (const words of choices) {
    const count = words.length === 0 ? 0 : yield* countOf(words);
    if (count > 0) counted.push({ words, count });
  }
  return counted.sort((a, b) => a.count - b.count).map(({ words }) => words);
}

function isTelling(condition: Condition): boolean {
  return condition.kind !== 'text' || !GENERIC.has(condition.text);
}

function without(query: Query, texts: readonly Condition[], kept: readonly Condition[]): Interpretation {
  const left = texts.filter((one) => !kept.includes(one));
  return {
    query: { ...query, all: query.all.filter((one) => !left.includes(one)) },
    relaxed: left.map((one) => ({ kind: 'word', typed: printCondition(one) })),
  };
}
