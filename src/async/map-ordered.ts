/**
 * Works on at most `concurrency` items at once and gives the results in the order of the items. A new item is taken
 * from `source` only when a result was taken: the reader's pace is everybody's, and memory stays flat. After a failure
 * no new work begins, and what is under way is waited for; where `source` itself fails, its results are given first.
 */
export async function* mapOrdered<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  concurrency: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  const failures: unknown[] = [];
  try {
    for await (const item of untilFailure(source, failures)) {
      running.push(handled(work(item)));
      if (running.length >= concurrency) yield await next(running);
    }
    while (running.length > 0) yield await next(running);
    for (const failure of failures) throw failure;
  } finally {
    await Promise.allSettled(running);
  }
}

async function* untilFailure<T>(source: AsyncIterable<T> | Iterable<T>, failures: unknown[]): AsyncGenerator<T> {
  try {
    yield* source;
  } catch (error) {
    failures.push(error);
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
