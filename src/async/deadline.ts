/** A signal that aborts when `stop` does or after `timeoutMs`, whichever is first; it is kept in memory for that long. */
export function deadline(stop: AbortSignal, timeoutMs: number): AbortSignal {
  return AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
}

/**
 * Does `work` with a signal that aborts when `stop` does, or after `timeoutMs` with a `TimeoutError`; none is begun when
 * `stop` has aborted already. Work that does not end by its signal is left to itself: this rejects all the same. No timer
 * or listener outlives the work, so that many short requests may have a long time each.
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
    // Work that heeds its signal says first, and better, what it was about.
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
 * What `work` gives, unless `signal` aborts before: then it is left to itself, for it may not listen to any signal, as
 * programs and services that hand out credentials do not.
 */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
