import type { WithheldRemoval } from '../../dynamodb/state/resync-report.ts';

/** What an annotation asks for; `after` and `endedAt` are when the last resync ended. */
export type ResyncRequest =
  | { readonly kind: 'requested'; readonly value: string; readonly after: string | undefined }
  | { readonly kind: 'confirmed'; readonly confirmation: string; readonly endedAt: string };

export interface ResyncObservation {
  /** Values of the annotations. */
  readonly asked: { readonly resync: string | undefined; readonly confirmation: string | undefined };
  /** Values that were acted upon already, from the status. */
  readonly handled: { readonly resync: string | undefined; readonly confirmation: string | undefined };
  /** When the last resync ended, of any epoch. */
  readonly lastEndedAt: string | undefined;
  /** What the last resync did not remove, and when it ended. */
  readonly withheld: (WithheldRemoval & { readonly endedAt: string }) | undefined;
  /** A resync is running. It may have read the bucket before the request, so it does not answer the request. */
  readonly isRunning: boolean;
}

export type ResyncStep =
  | { readonly do: 'nothing' }
  | { readonly do: 'wait' }
  | { readonly do: 'start'; readonly request: ResyncRequest };

/** The resync to start now, besides those of the schedule. */
export function decideResync(seen: ResyncObservation): ResyncStep {
  const request = confirmed(seen) ?? requested(seen);
  if (!request) return { do: 'nothing' };
  return seen.isRunning ? { do: 'wait' } : { do: 'start', request };
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

/** A value is a request if it differs from the last one. `after` distinguishes it from an earlier request of the same value. */
function requested({ asked, handled, lastEndedAt }: ResyncObservation): ResyncRequest | undefined {
  if (!asked.resync || asked.resync === handled.resync) return undefined;
  return { kind: 'requested', value: asked.resync, after: lastEndedAt };
}
