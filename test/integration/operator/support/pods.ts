import type { Marker } from '../../../../src/index/marker.ts';
import type { RangePlan, RangeProgress } from '../../../../src/index/ranges.ts';
import type { ResourceType } from '../../../../src/kube/resource.ts';
import type { Cluster } from './cluster.ts';
import { eventually } from './eventually.ts';
import type { Resource } from './resource.ts';

const POD: ResourceType = { group: '', version: 'v1', plural: 'pods', kind: 'Pod' };
const REPOSITORIES_A_RANGE = 10;
const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

/** What a worker of the backfill does: agrees on two ranges and reads the first `ranges` of them. */
export async function backfill(cluster: Cluster, resource: Resource, ranges: 1 | 2 = 2): Promise<Marker> {
  const index = cluster.openIndex(resource.spec);
  const signal = AbortSignal.timeout(30_000);
  try {
    const state = await index.marker.read(signal);
    if (state.kind !== 'ours') throw new Error(`the version table is ${state.kind}`);
    const { epoch } = state.marker;
    const plan: RangePlan = { epoch, boundaries: ['m'], counts: [REPOSITORIES_A_RANGE, REPOSITORIES_A_RANGE] };
    await index.ranges.agreePlan(plan, signal);
    for (let range = 0; range < ranges; range++) await index.ranges.writeProgress(rangeDone(range, epoch), signal);
    return state.marker;
  } finally {
    index.close();
  }
}

function rangeDone(range: number, epoch: number): RangeProgress {
  return {
    range,
    epoch,
    state: 'done',
    repositories: REPOSITORIES_A_RANGE,
    tags: 3 * REPOSITORIES_A_RANGE,
    lastName: 'last',
    errorCount: 1,
    faults: [{ key: `docker/registry/broken-${range}`, reason: 'NotJson' }],
    failure: undefined,
    updatedAtMs: Date.now(),
  };
}

/** What a kubelet does: the pods of the search Deployment become ready. */
export async function startSearchPods(cluster: Cluster, { namespace, children }: Resource): Promise<void> {
  const pods = await eventually(async () => {
    const found = await children(POD);
    if (found.length === 0) throw new Error('there is no search pod');
    return found;
  });
  const patch = JSON.stringify({ status: READY });
  for (const { metadata } of pods)
    await cluster.kubectl('patch', 'pod', metadata.name, `-n=${namespace}`, '--subresource=status', '-p', patch);
}

/** Waits until its tables are ready and a Job was started, and does what its pods would. */
export async function fill(cluster: Cluster, resource: Resource): Promise<void> {
  await eventually(async () => {
    const condition = await resource.condition('BackfillComplete');
    if (!condition?.startsWith('False/Backfilling')) throw new Error(`BackfillComplete is ${condition}`);
  });
  await backfill(cluster, resource);
  await eventually(async () => {
    const condition = await resource.condition('BackfillComplete');
    if (!condition?.startsWith('True')) throw new Error(`BackfillComplete is ${condition}`);
  });
}
