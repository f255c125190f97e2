import { printCondition } from '../../query/print.ts';
import type { Condition, Query } from '../../query/query.ts';
import type { Share } from '../match/holders.ts';
import { KIND_WORDS, STOP_WORDS } from '../match/text/common-words.ts';
import type { Steps } from '../structures/scheduler.ts';
import { type Interpretation, type Interpreting, isWord } from './interpretation.ts';

/** So many words are tried without each of them. */
const MAX_WORDS = 8;

/** Words that alone are not what was meant: all repositories are such things, or have such versions. */
const GENERIC: ReadonlySet<string> = new Set([
  ...[...KIND_WORDS.keys(), ...STOP_WORDS, 'a', 'an', 'or'],
  ...['docker', 'oci', 'repo', 'repository', 'registry', 'latest', 'version', 'pull', 'run'],
]);

/**
 * The last resort: without the words that nothing has, or else without one of them. A word that is just what a
 * repository is called stays, as in `redis cluster`; then the one goes that leaves the fewest hits, which are those that
 * have the rarer words. At least half of the words are kept.
 */
export function* leaveWordsOut({ query, countEach, isKnown }: Interpreting): Steps<readonly Interpretation[]> {
  const texts = query.all.filter(isWord);
  if (texts.length < 2 || texts.length > MAX_WORDS) return [];
  const rest = { ...query, all: query.all.filter((one) => !isWord(one)) };
  const shares = yield* countEach(rest, texts);
  const known = texts.filter((_, at) => shares[at]?.isFound);
  const areAllKnown = known.length === texts.length;
  const rarest = rarestFirst(known, areAllKnown ? shares : yield* countEach(rest, known));
  const names: Condition[] = [];
  for (const one of known)
    if (one.kind === 'text' && (yield* isKnown({ kind: 'name', path: one.text }))) names.push(one);
  const namesIn = (words: readonly Condition[]) => words.filter((one) => names.includes(one)).length;
  const fewer = rarest.toSorted((a, b) => namesIn(b) - namesIn(a));
  return [...(areAllKnown ? [] : [known]), ...fewer]
    .filter((some) => some.length * 2 >= texts.length && some.some(isTelling))
    .map((some) => without(query, texts, some));
}

/** All but one of some words, those first that the fewest have; of words that are equally rare the first says most. */
function rarestFirst(words: readonly Condition[], shares: readonly Share[]): Condition[][] {
  const choices = words.map((word, at) => ({
    words: words.filter((other) => other !== word),
    count: shares[at]?.without ?? 0,
  }));
  const found = choices.reverse().filter(({ count }) => count > 0);
  return found.sort((a, b) => a.count - b.count).map((choice) => choice.words);
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
