import { FILTERS } from './filters.ts';

/** Longer names of filters, and what others call them. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['architecture', 'arch'],
  ['architectures', 'arch'],
  ['archs', 'arch'],
  ['platforms', 'platform'],
  ['annotation', 'label'],
  ['annotations', 'label'],
  ['namespaces', 'ns'],
  ['signature', 'signed'],
  ['attestation', 'attested'],
  ['updated', 'pushed'],
]);

/** Shorter names are a letter away from too many words: `ros:noetic` is no `os:`. */
const SHORTEST_WITH_SLIP = 3;

/** The filter that may be meant by a name that none has: one slip away, or another word for it. */
export function similarFilter(key: string): string | undefined {
  const known = [...FILTERS.keys()];
  return OTHER_NAMES.get(key) ?? known.find((name) => name.length >= SHORTEST_WITH_SLIP && isOneSlip(key, name));
}

/**
 * One letter put in, left out or replaced, or two neighbours swapped: decided by what is left between the equal ends.
 */
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
