import type { Condition } from '../../query/query.ts';

/** Words that hold sentences together, as in `docker in docker`: they must be found, and do not count in the ranking. */
const STOP_WORDS: ReadonlySet<string> = new Set([
  ...['in', 'of', 'for', 'the', 'and', 'with', 'to', 'on', 'is', 'my', 'our'],
]);

/** The words that a repository is judged by: each once, without stop words where there are others. */
export function tellingWords(words: readonly Condition[]): readonly Condition[] {
  const once = words.filter((one, at) => words.findIndex((other) => isSameText(one, other)) === at);
  const telling = once.filter((one) => one.kind !== 'text' || !STOP_WORDS.has(one.text));
  return telling.length === 0 ? once : telling;
}

function isSameText(one: Condition, other: Condition): boolean {
  return one === other || (one.kind === 'text' && other.kind === 'text' && one.text === other.text);
}
