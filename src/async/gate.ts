/** Lets any amount of work through at once, except while somebody has closed it for work that must be alone. */
export interface Gate {
  /** Does work as soon as the gate is open. */
  pass<T>(work: () => Promise<T>): Promise<T>;
  /** Closes the gate, waits until all work that has passed is done, and does work alone. */
  close<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate(): Gate {
  const passing = new Set<Promise<void>>();
  /** Settles when the gate opens again. */
  let closed: Promise<void> | undefined;

  const pass = <T>(work: () => Promise<T>): Promise<T> => {
    if (closed) return closed.then(() => pass(work));
    const done = work();
    const settled = settle(done).finally(() => passing.delete(settled));
    passing.add(settled);
    return done;
  };

  return {
    pass,
    close(work) {
      const done = (closed ?? Promise.resolve()).then(() => Promise.all(passing)).then(work);
      const settled = settle(done).finally(() => {
        if (closed === settled) closed = undefined;
      });
      closed = settled;
      return done;
    },
  };
}

async function settle(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
