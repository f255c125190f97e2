import { mapOrdered } from './map-ordered.ts';

export interface ForEachOptions<T> {
  /** Items worked on at once. */
  readonly concurrency: number;
  readonly work: (item: T, signal: AbortSignal) => Promise<void>;
}

/**
 * Works on every item. The first failure aborts the signal of the work that is under way, and is what this rejects with
 * once that has ended; so is an abort of `signal` itself.
 */
export async function forEach<T>(
  items: AsyncIterable<T> | Iterable<T>,
  { concurrency, work }: ForEachOptions<T>,
  signal: AbortSignal,
): Promise<void> {
  const ending = new AbortController();
  const stop = AbortSignal.any([signal, ending.signal]);
  const done = mapOrdered(items, concurrency, (item) =>
    work(item, stop).catch((error: unknown) => {
      ending.abort(error);
      throw error;
    }),
  );
  try {
    for await (const _item of done) signal.throwIfAborted();
  } catch (error) {
    throw ending.signal.aborted ? ending.signal.reason : error;
  }
}
