/** The docs that are written while a query lets others have a turn. */
export interface ChangeLog {
  written(doc: number): void;
  watch(): Watch;
  /** Calls `then` when no query watches any more. */
  whenUnwatched(then: () => void): void;
}

export interface Watch {
  /** Docs written since the watch began; the query takes them out as it rechecks them. */
  readonly docs: Set<number>;
  end(): void;
}

export function createChangeLog(): ChangeLog {
  const watches = new Set<Set<number>>();
  const waiting: (() => void)[] = [];

  const end = (docs: Set<number>) => {
    watches.delete(docs);
    if (watches.size > 0) return;
    for (const then of waiting.splice(0)) then();
  };

  return {
    written(doc) {
      for (const docs of watches) docs.add(doc);
    },
    watch() {
      const docs = new Set<number>();
      watches.add(docs);
      return { docs, end: () => end(docs) };
    },
    whenUnwatched(then) {
      if (watches.size > 0) waiting.push(then);
      else then();
    },
  };
}
