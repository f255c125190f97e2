import { FILTERS } from './filters.ts';
import { QueryError } from './query-error.ts';
import type { Token } from './tokenise.ts';

/** A port (`localhost:5000/app`) or the slashes of a URL: such a colon belongs to the text. */
const NO_FILTER = /^(\d{1,5}($|\/)|\/)/;

/** Whether the colon of a word with an unknown key cannot be that of a filter. */
export function isText({ value, isQuoted }: Token): boolean {
  return !isQuoted && NO_FILTER.test(value);
}

export function unknownFilter(key: string, { position }: Token): QueryError {
  const known = [...FILTERS.keys()];
  const meant = known.find((candidate) => isNear(key, candidate));
  const hint =
    meant === undefined
      ? `filters are ${known.map((each) => `\`${each}:\``).join(' ')}; in quotes it is searched as text`
      : `did you mean \`${meant}:\`?`;
  return new QueryError(`unknown filter \`${key}:\``, position, hint);
}

/** One slip away, or the long form of it, such as `architecture`. */
function isNear(typed: string, known: string): boolean {
  return typed.startsWith(known) || isOneSlip(typed, known);
}

/** One letter put in, left out or replaced, or two neighbours swapped: what is left between equal ends tells. */
function isOneSlip(typed: string, known: string): boolean {
  const start = equalLetters([...typed], [...known]);
  const [left, right] = [[...typed.slice(start)], [...known.slice(start)]];
  const end = equalLetters(left.toReversed(), right.toReversed());
  const [from, to] = [left.slice(0, left.length - end), right.slice(0, right.length - end)];
  if (from.length <= 1 && to.length <= 1) return true;
  return from.length === 2 && from.toReversed().join() === to.join();
}

/** How many letters both begin with. */
function equalLetters(one: readonly string[], other: readonly string[]): number {
  const differs = one.findIndex((letter, index) => letter !== other[index]);
  return differs === -1 ? one.length : differs;
}
