/**
 * A signal that aborts when `stop` does or after `timeoutMs`, whichever is first. Its timer stays in memory until then.
 */
export function deadline(stop: AbortSignal, timeoutMs: number): AbortSignal {
  return AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
}

/**
 * Does `work` with a signal that aborts when `stop` does, or after `timeoutMs` with a `TimeoutError`. Does not start it
 * if `stop` has aborted already. Rejects even if the work ignores its signal. No timer or listener outlives the work,
 * so many short requests can have a long timeout each.
 *
 * @example
 * const answer = await withDeadline(stop, 10_000, (signal) => fetch(url, { signal }));
 */
export async function withDeadline<T>(
  stop: AbortSignal,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  stop.throwIfAborted();
  const ending = new AbortController();
  const leaving = Promise.withResolvers<never>();
  leaving.promise.catch(() => undefined);
  const end = (reason: unknown) => {
    ending.abort(reason);
    // Work that obeys its signal rejects first, with an error that names the request.
    setImmediate(() => leaving.reject(reason));
  };
  const onStop = () => end(stop.reason);
  const timer = setTimeout(() => end(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError')), timeoutMs);
  stop.addEventListener('abort', onStop);
  try {
    return await Promise.race([work(ending.signal), leaving.promise]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
  }
}

/**
 * The result of `work`, unless `signal` aborts before. For work that takes no signal, such as programs and services
 * that hand out credentials; it goes on, and its result is ignored.
 */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
