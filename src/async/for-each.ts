import { mapOrdered } from './map-ordered.ts';

export interface ForEachOptions<T> {
  /** Items worked on at once. */
  readonly concurrency: number;
  readonly work: (item: T, signal: AbortSignal) => Promise<void>;
}

/**
 * Works on every item. The first failure aborts the signal of the other work. Rejects with that failure, or with the
 * reason of `signal` if that aborts, once all work under way has ended.
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
