import { COMPONENT_LABEL } from '../../../src/api/names.ts';
import { settingsOf } from '../../../src/api/settings.ts';
import { openIndex } from '../../../src/dynamodb/open.ts';
import type { RangeProgress } from '../../../src/dynamodb/state/ranges.ts';
import { isRecord } from '../../../src/json/is-record.ts';
import { type Reflector, startReflector } from '../../../src/kube/cache/reflector.ts';
import { DEPLOYMENT, JOB, type KubeObject, keyOf } from '../../../src/kube/resource.ts';
import { parseRegistryIndex, REGISTRY_INDEX } from '../../../src/operator/resource.ts';
import { fieldOf } from '../../support/operator/live-resource.ts';
import { silentLog } from '../../support/silent-log.ts';
import type { Stage } from './stage.ts';

const soon = () => AbortSignal.timeout(300_000);

export interface Nodes {
  readonly indexes: Reflector;
  /** The pods of this resource's backfill do not get on, until it is released. */
  hold(name: string): void;
  release(name: string): void;
}

/** Plays what controllers and nodes would do: Deployments become ready at once, and a Job's pod fills the tables. */
export function playNodes({ api, dynamodb }: Stage, stop: AbortSignal): Nodes {
  const { client } = api;
  const watch = { client, log: silentLog };
  const indexes = startReflector({ ...watch, type: REGISTRY_INDEX, onChange: () => undefined }, stop);
  const held = new Map<string, PromiseWithResolvers<void>>();

  async function makeReady(deployment: KubeObject): Promise<void> {
    const replicas = fieldOf(deployment, 'spec.replicas') ?? 1;
    const observedGeneration = deployment.metadata.generation;
    if (fieldOf(deployment, 'status.observedGeneration') === observedGeneration) return;
    const { apiVersion, kind } = deployment;
    const counts = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
    const object = { apiVersion, kind, metadata: keyOf(deployment), status: { observedGeneration, ...counts } };
    await client.applyStatus(DEPLOYMENT, object, { fieldManager: 'nodes', force: true }, soon());
  }

  async function fill(job: KubeObject): Promise<void> {
    const { namespace, labels, ownerReferences } = job.metadata;
    const name = ownerReferences?.[0]?.name ?? '';
    const index = parseRegistryIndex(indexes.get({ namespace, name }));
    if (labels?.[COMPONENT_LABEL] !== 'backfill' || !index) return;
    await held.get(name)?.promise;
    const epoch = epochOf(job);
    const opened = openIndex({ location: settingsOf(index.spec).index, credentials: dynamodb });
    await opened.ranges.agreePlan({ epoch, boundaries: [], counts: [1] }, soon());
    await opened.ranges.writeProgress({ ...FILLED, epoch, updatedAtMs: Date.now() }, soon());
    opened.close();
  }

  const onDeployment = (_key: unknown, deployment?: KubeObject) => (deployment ? makeReady(deployment) : undefined);
  const onJob = (_key: unknown, job?: KubeObject) => (job && !isFilled(job) ? fill(job) : undefined);
  startReflector({ ...watch, type: DEPLOYMENT, onChange: onDeployment }, stop);
  startReflector({ ...watch, type: JOB, onChange: onJob }, stop);
  return {
    indexes,
    hold: (name) => void held.set(name, Promise.withResolvers()),
    release(name) {
      held.get(name)?.resolve();
      held.delete(name);
    },
  };
}

/** A Job changes again when it is removed. */
function isFilled({ metadata, status }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined || (isRecord(status) && Object.keys(status).length > 0);
}

function epochOf(job: KubeObject): number {
  const args = fieldOf(job, 'spec.template.spec.containers.0.args');
  const flag = (Array.isArray(args) ? args : []).map(String).find((arg) => arg.startsWith('--epoch='));
  return Number(flag?.slice('--epoch='.length));
}

const FILLED: RangeProgress = {
  range: 0,
  epoch: 1,
  state: 'done',
  pass: 2,
  repositories: 1,
  tags: 1,
  unfinished: 0,
  lastName: 'app',
  errorCount: 0,
  faults: [],
  failure: undefined,
  updatedAtMs: 0,
};
