import { childName } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { isRecord } from '../../json/is-record.ts';
import { done } from '../../kube/outcome.ts';
import { CRON_JOB } from '../../kube/resource.ts';
import type { OperatorDeps } from '../deps.ts';
import { isChildOf, uidOf } from '../kube-objects/children.ts';
import type { Finding } from '../status/step-result.ts';

/** Lets the schedule of a resource rest that is suspended or refused; what runs goes on. Applying the CronJob again lets it go on too. */
export async function suspendResync(
  { client, caches }: Pick<OperatorDeps, 'client' | 'caches'>,
  index: RegistryIndex,
  signal: AbortSignal,
): Promise<Finding> {
  const { namespace, name } = index.metadata;
  const key = { namespace, name: childName(name, 'resync') };
  const cronJob = caches.cronJobs.get(key);
  const isResting = !cronJob || !isChildOf(index, cronJob) || !isRecord(cronJob.spec) || cronJob.spec.suspend === true;
  if (!isResting) await client.patch(CRON_JOB, key, { metadata: uidOf(cronJob), spec: { suspend: true } }, signal);
  return { statements: [], outcome: done };
}
