/** A signal that aborts when `stop` does or after `timeoutMs`, whichever is first: every request carries one. */
export function deadline(stop: AbortSignal, timeoutMs: number): AbortSignal {
  return AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
}
