import type { KubeObject } from '../../kube/resource.ts';
import type { Pass } from '../pass.ts';
import { SEARCH_PORT } from './manifests.ts';
import type { SearchCounts } from './probe.ts';

/** Each question costs a replica next to nothing; once a minute is as often as a person looks. */
const ASK_EVERY_MS = 60_000;

/**
 * What search knows, asked once a minute at most. While a backfill runs the range items tell it better, and right
 * after it the answer is wanted at once: counts from before the completion are not used.
 */
export async function askCounts({ deps, index, signal }: Pass, service: KubeObject): Promise<SearchCounts | undefined> {
  const memory = deps.memory.of(index.metadata.uid);
  const nowMs = deps.now().getTime();
  const { percent, completedAt = '' } = index.status?.backfill ?? {};
  if (percent !== 100) return undefined;
  const notBeforeMs = Math.max(nowMs - ASK_EVERY_MS, Date.parse(completedAt) || 0);
  if (memory.counts && memory.counts.atMs > notBeforeMs) return memory.counts.value;
  const address = addressOf(service);
  const value = address === undefined ? undefined : await deps.probe(`http://${address}:${SEARCH_PORT}`, signal);
  memory.counts = { atMs: nowMs, value };
  return value;
}

/** The Service's own address: it needs no DNS, so the operator may also run outside the cluster. */
function addressOf({ spec }: KubeObject): string | undefined {
  if (typeof spec !== 'object' || spec === null || !('clusterIP' in spec)) return undefined;
  const { clusterIP } = spec;
  if (typeof clusterIP !== 'string' || clusterIP === '' || clusterIP === 'None') return undefined;
  return clusterIP.includes(':') ? `[${clusterIP}]` : clusterIP;
}
