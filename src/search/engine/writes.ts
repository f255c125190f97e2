/** Tells long work which slots were written while it let others have a turn. */
export interface Writes {
  written(slot: number): void;
  watch(): Watch;
}

export interface Watch {
  /** Slots written since the watch began, until they are taken out of it. */
  readonly slots: Set<number>;
  end(): void;
}

export function createWrites(): Writes {
  const watches: Set<number>[] = [];
  return {
    written(slot) {
      for (const slots of watches) slots.add(slot);
    },
    watch() {
      const slots = new Set<number>();
      watches.push(slots);
      return { slots, end: () => void watches.splice(watches.indexOf(slots), 1) };
    },
  };
}
