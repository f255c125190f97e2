import { type ConditionUpdate, isFalse, isTrue } from '../../api/conditions.ts';
import { isoTime } from '../../api/iso-time.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import type { EventReport } from '../../dynamodb/state/event-report.ts';

/**
 * Whether a push is found at once: the indexer runs and has received a notification. A rejected caller counts until
 * one with a valid credential has come.
 */
export function freshness(
  { metadata }: Pick<RegistryIndex, 'metadata'>,
  availability: ConditionUpdate,
  report: EventReport | undefined,
): ConditionUpdate {
  if (availability.status !== 'True') return availability;
  const { eventAtMs, rejectedAtMs } = report ?? { eventAtMs: 0, rejectedAtMs: 0 };
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
