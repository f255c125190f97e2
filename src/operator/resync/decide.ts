import type { WithheldRemoval } from '../../dynamodb/state/resync-report.ts';

/**
 * What a resync is asked for by: an annotation, or a gap in the events. Other fields than the value of the annotation
 * make an id of it, so that the same value or reason can ask once more: when the last resync ended (`after`,
 * `endedAt`), for a gap when one was last started for a gap (`after`), and the id of the gap (`closed`).
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
  /** `againInMs`: when there may be something to do. */
  | { readonly do: 'nothing'; readonly againInMs?: number }
  /** For the Job that runs, unless that is the request's own. */
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
