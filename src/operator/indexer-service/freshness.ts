import { type ConditionUpdate, isFalse, isTrue } from '../../api/conditions.ts';
import { isoTime } from '../../api/iso-time.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { type EventReport, NOTHING_REPORTED } from '../../dynamodb/state/event-report.ts';

/**
 * Whether a push is found at once: the indexer runs and has received a notification. A rejected caller counts until
 * one with a valid credential has come, and a queue that cannot be read until it can be.
 */
export function freshness(
  { metadata, spec }: Pick<RegistryIndex, 'metadata' | 'spec'>,
  availability: ConditionUpdate,
  report: EventReport | undefined,
): ConditionUpdate {
  if (availability.status !== 'True') return availability;
  const { eventAtMs, rejectedAtMs, queueReachedAtMs, queueFailedAtMs, queueProblem } = report ?? NOTHING_REPORTED;
  if (spec.notifications?.sqs && queueFailedAtMs > queueReachedAtMs)
    return isFalse('Fresh', 'QueueUnreachable', queueProblem);
  if (rejectedAtMs > eventAtMs)
    return isFalse('Fresh', 'CredentialsRejected', `${REJECTED} ${isoTime(rejectedAtMs)}: ${wayOf(metadata)}`);
  if (eventAtMs === 0) return isFalse('Fresh', 'NothingReceivedYet', `${NOTHING_YET}: ${wayOf(metadata)}`);
  return isTrue('Fresh', 'Receiving', 'what is pushed is found at once');
}

const REJECTED = 'something was sent with a wrong credential or secret, last at';
const NOTHING_YET = 'no registry and no store has sent anything yet';

function wayOf({ name, namespace }: RegistryIndex['metadata']): string {
  return `kubectl get ri -n ${namespace} ${name} -o yaml | registry-index notifications -f - prints what to configure there`;
}
