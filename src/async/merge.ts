/**
 * Reads several streams at once and yields items as they come, reading one item ahead of each. When one fails, or the
 * reader stops, all are ended.
 */
export async function* merge<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T, void, undefined> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const pending = new Map(iterators.map((iterator) => [iterator, advance(iterator)]));
  try {
    while (pending.size > 0) {
      const { iterator, result } = await Promise.race(pending.values());
      if (result.done) {
        pending.delete(iterator);
      } else {
        pending.set(iterator, advance(iterator));
        yield result.value;
      }
    }
  } finally {
    await Promise.allSettled(iterators.map((iterator) => iterator.return?.()));
  }
}

interface Step<T> {
  readonly iterator: AsyncIterator<T>;
  readonly result: IteratorResult<T>;
}

function advance<T>(iterator: AsyncIterator<T>): Promise<Step<T>> {
  const step = iterator.next().then((result) => ({ iterator, result }));
  // A failure is handled when its step is taken. Until then Node must not count it as unhandled.
  step.catch(() => undefined);
  return step;
}
