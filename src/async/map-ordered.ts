/**
 * Works on at most `concurrency` items at once and gives the results in the order of the items. Takes a new item from
 * `source` only after a result was taken, so that memory stays bounded. After a failure it starts nothing new and waits
 * for the work under way. If `source` itself fails, the results of the items before come first.
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

/** A failure is handled when its result is taken. Until then Node must not count it as unhandled. */
function handled<R>(promise: Promise<R>): Promise<R> {
  promise.catch(() => undefined);
  return promise;
}

function next<R>(running: Promise<R>[]): Promise<R> {
  const [first] = running.splice(0, 1);
  return first ?? Promise.reject(new Error('nothing is running'));
}
