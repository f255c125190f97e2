import type { WithheldRemoval } from '../../dynamodb/state/resync-report.ts';

/**
 * What asks for a resync: an annotation, or a gap in the events. The name of its Job is a hash of all fields, so those
 * besides the annotation's value let the same value or gap ask once more: when the last resync ended (`after`,
 * `endedAt`); of a gap its id (`closed`), and when a resync was last started for a gap (`after`).
 */
export type ResyncRequest =
  | { readonly kind: 'requested'; readonly value: string; readonly after: string | undefined }
  | { readonly kind: 'confirmed'; readonly confirmation: string; readonly endedAt: string }
  | { readonly kind: 'gap'; readonly closed: number; readonly after: string | undefined };

export interface ResyncObservation {
  /** Values of the annotations. */
  readonly asked: { readonly resync: string | undefined; readonly confirmation: string | undefined };
  /** Values that were acted upon already, from the status. */
  readonly handled: { readonly resync: string | undefined; readonly confirmation: string | undefined };
  /** When the last resync ended, of any epoch. */
  readonly lastEndedAt: string | undefined;
  /** What the last resync did not remove, and when it ended. */
  readonly withheld: (WithheldRemoval & { readonly endedAt: string }) | undefined;
  /** Undefined where events have missed nothing, or no resync is wanted for it. */
  readonly gap: { readonly closed: number; readonly after: string | undefined; readonly inMs: number } | undefined;
  /** A resync is running. It may have read the bucket before the request, so it does not answer the request. */
  readonly isRunning: boolean;
}

export type ResyncStep =
  /** `againInMs`: in how long there may be something to do. */
  | { readonly do: 'nothing'; readonly againInMs?: number }
  /** Until the Job that runs has ended, unless that is the Job of the request. */
  | { readonly do: 'wait'; readonly request: ResyncRequest }
  | { readonly do: 'start'; readonly request: ResyncRequest };

/** The resync to start now, besides those of the schedule. */
export function decideResync(seen: ResyncObservation): ResyncStep {
  const request = confirmed(seen) ?? requested(seen) ?? becauseOfGap(seen);
  if (!request) return seen.gap ? { do: 'nothing', againInMs: seen.gap.inMs } : { do: 'nothing' };
  return { do: seen.isRunning ? 'wait' : 'start', request };
}

/**
 * A confirmation counts once for each resync that withheld the removals. If the next withholds them again, it still
 * counts.
 */
function confirmed({ asked, handled, withheld }: ResyncObservation): ResyncRequest | undefined {
  if (!withheld || asked.confirmation !== withheld.confirmation) return undefined;
  if (handled.confirmation === withheld.endedAt) return undefined;
  return { kind: 'confirmed', confirmation: withheld.confirmation, endedAt: withheld.endedAt };
}

/**
 * A value is a request if it differs from the last one. `after` distinguishes it from an earlier request of the same
 * value.
 */
function requested({ asked, handled, lastEndedAt }: ResyncObservation): ResyncRequest | undefined {
  if (!asked.resync || asked.resync === handled.resync) return undefined;
  return { kind: 'requested', value: asked.resync, after: lastEndedAt };
}

/** `after` distinguishes it from an earlier one that did not close the gap. */
function becauseOfGap({ gap }: ResyncObservation): ResyncRequest | undefined {
  if (!gap || gap.inMs > 0) return undefined;
  return { kind: 'gap', closed: gap.closed, after: gap.after };
}
