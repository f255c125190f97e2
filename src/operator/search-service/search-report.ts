import type { Marker } from '../../dynamodb/state/marker.ts';
import { isRecord } from '../../json/is-record.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { hasAll, type SearchReport } from '../../table-lifecycle/search-status.ts';
import type { Pass } from '../context.ts';
import { SEARCH_PORT } from './manifests.ts';

/** Each question costs a replica next to nothing; once a minute is as often as a person looks. */
const ASK_EVERY_MS = 60_000;

/**
 * What search says of a filling that is complete: asked until it has all of it, then once a minute at most. One that
 * does not answer is left in peace for a minute too.
 */
export async function askSearch(
  { deps, index, signal }: Pass,
  service: KubeObject,
  filled: Marker,
): Promise<SearchReport | undefined> {
  const memory = deps.memory.of(index.metadata.uid);
  const nowMs = deps.now().getTime();
  const { report } = memory;
  const settled = report?.value === undefined || hasAll(report.value, filled);
  const notBeforeMs = Math.max(nowMs - ASK_EVERY_MS, filled.completedAtMs ?? 0);
  if (report && settled && report.atMs > notBeforeMs) return report.value;
  const address = addressOf(service);
  const value = address === undefined ? undefined : await deps.probe(`http://${address}:${SEARCH_PORT}`, signal);
  memory.report = { atMs: nowMs, value };
  return value;
}

/** The Service's own address: it needs no DNS, so the operator may also run outside the cluster. */
function addressOf({ spec }: KubeObject): string | undefined {
  if (!isRecord(spec)) return undefined;
  const { clusterIP } = spec;
  if (typeof clusterIP !== 'string' || clusterIP === '' || clusterIP === 'None') return undefined;
  return clusterIP.includes(':') ? `[${clusterIP}]` : clusterIP;
}
