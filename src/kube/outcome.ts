/** How a reconciliation ended, and when the object is reconciled next. */
export type Outcome =
  /** Nothing to do until something changes. */
  | { readonly kind: 'done' }
  /** Again after `ms` milliseconds, or earlier if something changes. */
  | { readonly kind: 'after'; readonly ms: number }
  /** Failed: again after a pause that grows with each failure. */
  | { readonly kind: 'retry'; readonly error: unknown }
  /**
   * A person has to mend something; `reason` is a stable word, `message` a sentence for people. `recheckMs` where it is
   * looked at again sooner than usual.
   */
  | { readonly kind: 'stalled'; readonly reason: string; readonly message: string; readonly recheckMs?: number };

export const done: Outcome = { kind: 'done' };

export function after(ms: number): Outcome {
  return { kind: 'after', ms };
}

export function retry(error: unknown): Outcome {
  return { kind: 'retry', error };
}

export function stalled(reason: string, message: string, recheckMs?: number): Outcome {
  return { kind: 'stalled', reason, message, ...(recheckMs === undefined ? {} : { recheckMs }) };
}
