/** How a reconcile pass ended, and so when the next one for the same object is due. */
export type Outcome =
  /** Nothing to do until something changes. */
  | { readonly kind: 'done' }
  /** Look again then, or earlier when something changes. */
  | { readonly kind: 'after'; readonly ms: number }
  /** Try again with growing pauses. */
  | { readonly kind: 'retry'; readonly error: unknown }
  /** Only a change by somebody can help; `reason` is a stable word, `message` a sentence for people. */
  | { readonly kind: 'stalled'; readonly reason: string; readonly message: string };

export const done: Outcome = { kind: 'done' };

export function after(ms: number): Outcome {
  return { kind: 'after', ms };
}

export function retry(error: unknown): Outcome {
  return { kind: 'retry', error };
}

export function stalled(reason: string, message: string): Outcome {
  return { kind: 'stalled', reason, message };
}
