import type { Component } from '../../../src/api/names.ts';
import { EXIT_TERMINAL } from '../../../src/api/worker-exit.ts';
import type { RangeProgress } from '../../../src/dynamodb/state/ranges.ts';
import { POD } from '../../../src/kube/resource.ts';
import { eventually } from '../eventually.ts';
import type { Cluster } from './cluster.ts';
import type { Resource } from './live-resource.ts';

const REPOSITORIES_A_RANGE = 10;
const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

/** What a worker of the backfill does: agrees on two ranges and reads the first `ranges` of them. */
export function backfill(cluster: Cluster, resource: Resource, ranges: 1 | 2 = 2): Promise<void> {
  return work(
    cluster,
    resource,
    Array.from({ length: ranges }, (_, range) => ({ range })),
  );
}

/** What a worker does that can go no further: it says why and ends with the code for that, which fails its Job. */
export async function failBackfill(
  cluster: Cluster,
  resource: Resource,
  failure: NonNullable<RangeProgress['failure']>,
): Promise<void> {
  await work(cluster, resource, [{ range: 0, state: 'failed', failure }]);
  const state = { terminated: { exitCode: EXIT_TERMINAL, reason: 'Error' } };
  const container = { name: 'backfill', image: 'i', imageID: 'i', ready: false, restartCount: 0, state };
  await setPods(cluster, resource, 'backfill', { phase: 'Failed', containerStatuses: [container] });
}

async function work(cluster: Cluster, { spec }: Resource, done: readonly Partial<RangeProgress>[]): Promise<void> {
  const index = cluster.openIndex(spec);
  const signal = AbortSignal.timeout(120_000);
  try {
    const state = await index.ownership.read(signal);
    if (state.kind !== 'ours') throw new Error(`the version table is ${state.kind}`);
    const { epoch } = state.ownership;
    const plan = { epoch, boundaries: ['m'], counts: [REPOSITORIES_A_RANGE, REPOSITORIES_A_RANGE] };
    await index.ranges.agreePlan(plan, signal);
    for (const progress of done) await index.ranges.writeProgress({ ...RANGE_DONE, ...progress, epoch }, signal);
  } finally {
    index.close();
  }
}

const RANGE_DONE: RangeProgress = {
  range: 0,
  epoch: 0,
  state: 'done',
  pass: 2,
  unfinished: 0,
  repositories: REPOSITORIES_A_RANGE,
  tags: 3 * REPOSITORIES_A_RANGE,
  lastName: 'last',
  errorCount: 1,
  faults: [{ key: 'docker/registry/broken', reason: 'NotJson' }],
  failure: undefined,
  updatedAtMs: 0,
};

/** What a kubelet does: the pods become ready. */
export function startPods(cluster: Cluster, resource: Resource, component: Component): Promise<void> {
  return setPods(cluster, resource, component, READY);
}

async function setPods(cluster: Cluster, resource: Resource, component: Component, status: object): Promise<void> {
  const pods = await eventually(async () => {
    const found = await resource.children(POD, component);
    if (found.length === 0) throw new Error(`there is no ${component} pod`);
    return found;
  });
  const patch = JSON.stringify({ status });
  for (const { metadata } of pods)
    await cluster.kubectl(
      'patch',
      'pod',
      metadata.name,
      `-n=${resource.namespace}`,
      '--subresource=status',
      '-p',
      patch,
    );
}

/**
 * Waits until its tables are ready and a Job was started (of which no pod ever gets ready here), and does what its pods
 * would.
 */
export async function fill(cluster: Cluster, resource: Resource): Promise<void> {
  await eventually(async () => {
    const condition = await resource.condition('BackfillComplete');
    if (!/^False\/(Backfilling|WaitingForPods)/.test(condition ?? ''))
      throw new Error(`BackfillComplete is ${condition}`);
  });
  await backfill(cluster, resource);
  await eventually(async () => {
    const condition = await resource.condition('BackfillComplete');
    if (!condition?.startsWith('True')) throw new Error(`BackfillComplete is ${condition}`);
  });
}
