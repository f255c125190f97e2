/** At most one timer for each key. */
export interface Timers {
  /** Fires in `ms`, unless an earlier time is set for the key already. */
  set(key: string, ms: number): void;
  clear(): void;
}

/** setTimeout overflows with longer waits and fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

export function createTimers(fire: (key: string) => void): Timers {
  const pending = new Map<string, { readonly at: number; readonly timer: NodeJS.Timeout }>();
  return {
    set(key, ms) {
      const waitMs = Math.min(Math.max(0, ms), LONGEST_MS);
      const at = performance.now() + waitMs;
      const earlier = pending.get(key);
      if (earlier !== undefined && earlier.at <= at) return;
      clearTimeout(earlier?.timer);
      const timer = setTimeout(() => {
        pending.delete(key);
        fire(key);
      }, waitMs);
      pending.set(key, { at, timer });
    },
    clear() {
      for (const { timer } of pending.values()) clearTimeout(timer);
      pending.clear();
    },
  };
}
