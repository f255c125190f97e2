/** Works out an answer; gives up when the signal aborts. */
export type Compute<T> = (signal: AbortSignal) => T | Promise<T>;

/** Works out each answer once for all clients that wait for it, and gives up when the last of them has left. */
export interface SingleFlight<T> {
  /** The answer to `key` if it is being worked out, else undefined. */
  join(key: string, client: Waiting): Promise<T> | undefined;
  /**
   * Begins to work out the answer to `key`, which must not be under way. An answer that is there at once is not shared.
   */
  begin(key: string, client: Waiting, compute: Compute<T>): T | Promise<T>;
}

export interface Waiting {
  /** Aborts when the client has left. Not read where the answer is there at once. */
  readonly signal: AbortSignal;
}

interface Work<T> {
  readonly answer: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
}

export function createSingleFlight<T>(): SingleFlight<T> {
  const underWay = new Map<string, Work<T>>();

  const end = (key: string, work: Work<T>) => {
    if (underWay.get(key) === work) underWay.delete(key);
  };

  const waitFor = (key: string, work: Work<T>, { signal }: Waiting) => {
    const leave = () => {
      work.waiting -= 1;
      if (work.waiting > 0) return;
      // Clients that come from now on must not get the abort of those that have left.
      end(key, work);
      work.stop.abort();
    };
    work.waiting += 1;
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    // A signal may live far longer than an answer takes.
    const forget = () => signal.removeEventListener('abort', leave);
    work.answer.then(forget, forget);
    return work.answer;
  };

  return {
    join(key, client) {
      const work = underWay.get(key);
      return work && waitFor(key, work, client);
    },
    begin(key, client, compute) {
      const stop = new AbortController();
      const computed = compute(stop.signal);
      if (!(computed instanceof Promise)) return computed;
      const work: Work<T> = { answer: computed.finally(() => end(key, work)), stop, waiting: 0 };
      underWay.set(key, work);
      return waitFor(key, work, client);
    },
  };
}
