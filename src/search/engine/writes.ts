/** Tells long work which slots were written while it let others have a turn. */
export interface Writes {
  written(slot: number): void;
  watch(): Watch;
  /** Calls `then` as soon as nobody watches. */
  whenUnwatched(then: () => void): void;
}

export interface Watch {
  /** Slots written since the watch began, until they are taken out of it. */
  readonly slots: Set<number>;
  end(): void;
}

export function createWrites(): Writes {
  const watches = new Set<Set<number>>();
  const waiting: (() => void)[] = [];

  const end = (slots: Set<number>) => {
    watches.delete(slots);
    if (watches.size > 0) return;
    for (const then of waiting.splice(0)) then();
  };

  return {
    written(slot) {
      for (const slots of watches) slots.add(slot);
    },
    watch() {
      const slots = new Set<number>();
      watches.add(slots);
      return { slots, end: () => end(slots) };
    },
    whenUnwatched(then) {
      if (watches.size > 0) waiting.push(then);
      else then();
    },
  };
}
