import type { WithheldRemoval } from '../../dynamodb/state/resyncs.ts';

/** What a person asks for, by an annotation; `after` and `endedAt` are when the resync before it ended. */
export type ResyncRequest =
  | { readonly kind: 'requested'; readonly value: string; readonly after: string | undefined }
  | { readonly kind: 'confirmed'; readonly confirmation: string; readonly endedAt: string };

export interface ResyncObservation {
  /** Values of the annotations. */
  readonly asked: { readonly resync: string | undefined; readonly confirmation: string | undefined };
  /** What of them was acted upon already, as the status remembers it. */
  readonly handled: { readonly resync: string | undefined; readonly confirmation: string | undefined };
  /** When the last resync ended, of whichever filling. */
  readonly lastEndedAt: string | undefined;
  /** What the last resync did not remove, and when it ended. */
  readonly withheld: (WithheldRemoval & { readonly endedAt: string }) | undefined;
  /** A resync is under way: what it has read may be older than what is asked for. */
  readonly isRunning: boolean;
}

export type ResyncStep =
  | { readonly do: 'nothing' }
  | { readonly do: 'wait' }
  | { readonly do: 'start'; readonly request: ResyncRequest };

/** Which resync is to be started now, besides those of the schedule. */
export function decideResync(seen: ResyncObservation): ResyncStep {
  const request = confirmed(seen) ?? requested(seen);
  if (!request) return { do: 'nothing' };
  return seen.isRunning ? { do: 'wait' } : { do: 'start', request };
}

/** A confirmation counts for that finding; found again, it was not carried out, and is still confirmed. */
function confirmed({ asked, handled, withheld }: ResyncObservation): ResyncRequest | undefined {
  if (!withheld || asked.confirmation !== withheld.confirmation) return undefined;
  if (handled.confirmation === withheld.endedAt) return undefined;
  return { kind: 'confirmed', confirmation: withheld.confirmation, endedAt: withheld.endedAt };
}

/** A value that comes again after others is a new request, which the resync since then tells from the old one. */
function requested({ asked, handled, lastEndedAt }: ResyncObservation): ResyncRequest | undefined {
  if (!asked.resync || asked.resync === handled.resync) return undefined;
  return { kind: 'requested', value: asked.resync, after: lastEndedAt };
}
