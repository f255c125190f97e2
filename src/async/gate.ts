/** Many go through at once, until somebody closes it for a while. */
export interface Gate {
  /** Does work as soon as the gate is open. */
  pass<T>(work: () => Promise<T>): Promise<T>;
  /** Waits until all who have passed before are done, and does work while nobody passes. */
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
