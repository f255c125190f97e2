/**
 * Works on at most `concurrency` items at once and gives the results in the order of the items. A new item is taken
 * from `source` only when a result was taken: the reader's pace is everybody's, and memory stays flat. After a failure
 * no new work begins, and what is under way is waited for.
 */
export async function* mapOrdered<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  concurrency: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  try {
    for await (const item of source) {
      running.push(handled(work(item)));
      if (running.length >= concurrency) yield await next(running);
    }
    while (running.length > 0) yield await next(running);
  } finally {
    await Promise.allSettled(running);
  }
}

/** A failure is seen when its turn comes; until then it must not count as unhandled. */
function handled<R>(promise: Promise<R>): Promise<R> {
  promise.catch(() => undefined);
  return promise;
}

function next<R>(running: Promise<R>[]): Promise<R> {
  const [first] = running.splice(0, 1);
  return first ?? Promise.reject(new Error('nothing is running'));
}
