/** Works out an answer; gives up when the signal aborts. */
export type Compute<T> = (signal: AbortSignal) => T | Promise<T>;

/** Answers that are being worked out, each once for all who wait for it, and for as long as somebody does. */
export interface SingleFlight<T> {
  /** Waits for the answer to `key`, if it is under way, until `signal` says that the one who waits has gone. */
  join(key: string, asker: Asker): Promise<T> | undefined;
  /** Begins to work out the answer to `key`, which must not be under way. */
  begin(key: string, asker: Asker, compute: Compute<T>): T | Promise<T>;
}

export interface Asker {
  /** Aborts when nobody is there any more who asked. It is looked at only where the answer has to be waited for. */
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

  const waitFor = (key: string, work: Work<T>, { signal }: Asker) => {
    const leave = () => {
      work.waiting -= 1;
      if (work.waiting > 0) return;
      // Whoever asks from now on must not be told that others have gone.
      end(key, work);
      work.stop.abort();
    };
    work.waiting += 1;
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    return work.answer;
  };

  return {
    join(key, asker) {
      const work = underWay.get(key);
      return work && waitFor(key, work, asker);
    },
    begin(key, asker, compute) {
      const stop = new AbortController();
      const computed = compute(stop.signal);
      if (!(computed instanceof Promise)) return computed;
      const work: Work<T> = { answer: computed.finally(() => end(key, work)), stop, waiting: 0 };
      underWay.set(key, work);
      return waitFor(key, work, asker);
    },
  };
}
