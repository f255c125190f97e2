import { compareNames } from './name-order.ts';

export interface JoinRule<T> {
  /** Undefined for what stands between the repositories: it is passed on as it comes. */
  readonly nameOf: (item: T) => string | undefined;
  readonly combine: (first: T, second: T) => T;
}

/** Two streams in the order of names as one; what both have of one name is combined. Ends both when the reader leaves. */
export async function* joinOrdered<T>(
  first: AsyncIterable<T>,
  second: AsyncIterable<T>,
  { nameOf, combine }: JoinRule<T>,
): AsyncGenerator<T> {
  const sides = [first[Symbol.asyncIterator](), second[Symbol.asyncIterator]()] as const;
  const [left, right] = sides;
  try {
    let [a, b] = await Promise.all([left.next(), right.next()]);
    while (!a.done || !b.done) {
      const order = compareHeads(a, b, nameOf);
      if (order < 0 && !a.done) yield a.value;
      else if (order > 0 && !b.done) yield b.value;
      else if (!a.done && !b.done) yield combine(a.value, b.value);
      [a, b] = await Promise.all([order <= 0 ? left.next() : a, order >= 0 ? right.next() : b]);
    }
  } finally {
    await Promise.allSettled(sides.map((side) => side.return?.()));
  }
}

/** Negative when the first head comes next, positive when the second does, 0 when they belong together. */
function compareHeads<T>(a: IteratorResult<T>, b: IteratorResult<T>, nameOf: JoinRule<T>['nameOf']): number {
  if (a.done) return 1;
  if (b.done) return -1;
  const [first, second] = [nameOf(a.value), nameOf(b.value)];
  if (first === undefined) return -1;
  return second === undefined ? 1 : compareNames(first, second);
}
