import { childName } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { done } from '../../kube/outcome.ts';
import { CRON_JOB, isRecord } from '../../kube/resource.ts';
import type { OperatorDeps } from '../deps.ts';
import type { Finding } from '../finding.ts';

/** Lets the schedule of a suspended resource rest; what runs goes on. Applying the CronJob again lets it go on too. */
export async function suspendResync(
  { client, caches }: Pick<OperatorDeps, 'client' | 'caches'>,
  { metadata: { namespace, name } }: RegistryIndex,
  signal: AbortSignal,
): Promise<Finding> {
  const key = { namespace, name: childName(name, 'resync') };
  const spec = caches.cronJobs.get(key)?.spec;
  if (isRecord(spec) && spec.suspend !== true) await client.patch(CRON_JOB, key, { spec: { suspend: true } }, signal);
  return { statements: [], outcome: done };
}
