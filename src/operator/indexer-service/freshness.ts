import { type ConditionUpdate, falseCondition, trueCondition } from '../../api/conditions.ts';
import { isoTime } from '../../api/iso-time.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import type { EventGapReason, EventReport } from '../../dynamodb/state/event-report.ts';
import { type OpenGap, openGapOf } from '../../dynamodb/state/open-gap.ts';

/**
 * Whether a push is found at once: the indexer runs, has received a notification, and has missed none. A rejected
 * caller counts until one with a valid credential has come, or until none was rejected for ten minutes; a queue that
 * cannot be read until it can be, and a gap until a resync has closed it.
 */
export function freshness(
  { metadata, spec }: Pick<RegistryIndex, 'metadata' | 'spec'>,
  availability: ConditionUpdate,
  { report, nowMs }: { readonly report: EventReport; readonly nowMs: number },
): ConditionUpdate {
  if (availability.status !== 'True') return availability;
  const { eventAtMs, letInAtMs, rejectedAtMs, rejected, queueReachedAtMs, queueFailedAtMs, queueProblem } = report;
  if (spec.notifications?.sqs && queueFailedAtMs > queueReachedAtMs)
    return falseCondition('Fresh', 'QueueUnreachable', queueProblem);
  if (rejectedAtMs > letInAtMs && nowMs - rejectedAtMs < REJECTION_COUNTS_MS) {
    const times = `${rejected === 1 ? 'once' : `${rejected} times`}, last at ${isoTime(rejectedAtMs)}`;
    return falseCondition('Fresh', 'CredentialsRejected', `${REJECTED} ${times}: ${wayOf(metadata)}`);
  }
  const gap = openGapOf(report);
  if (gap) return falseCondition('Fresh', 'Gap', `${sentenceOf(gap)}; ${answerOf(spec)}`);
  if (eventAtMs === 0) return falseCondition('Fresh', 'NothingReceivedYet', `${NOTHING_YET}: ${wayOf(metadata)}`);
  return trueCondition('Fresh', 'Receiving', 'what is pushed is found at once');
}

/** A registry or store with a wrong credential tries again and again; a stranger goes away. */
const REJECTION_COUNTS_MS = 10 * 60_000;

const REJECTED = 'something was sent with a wrong credential or secret';
const NOTHING_YET = 'no registry and no store has sent anything yet';

function wayOf({ name, namespace }: RegistryIndex['metadata']): string {
  return `kubectl get ri -n ${namespace} ${name} -o yaml | registry-index notifications -f - prints what to configure there`;
}

const WHAT: Readonly<Record<EventGapReason, string>> = {
  TooLarge: 'a notification was too long to be read',
  Malformed: 'an event could not be understood',
  QueueFull: 'more repositories were named at once than there is room for',
  DeadLetters: "a message of the queue of the store's events could not be followed, and may be among its dead letters",
  RegistryRestarted: 'a process of a registry ended, and what it had not sent yet is lost',
  IndexerDied: 'an indexer ended before it had done what it had accepted',
  RemovalsWithheld: 'events would have removed more repositories within an hour than is allowed without a resync',
};

function sentenceOf({ gaps }: OpenGap): string {
  return gaps.map(({ reason, atMs }) => `${WHAT[reason]} (${reason}, ${isoTime(atMs)})`).join('; ');
}

function answerOf({ notifications }: RegistryIndex['spec']): string {
  if (notifications?.resyncOnGap !== false) return 'a resync, at most one an hour, finds what was missed';
  return 'the next resync finds what was missed, and none is started for it because notifications.resyncOnGap is false';
}
