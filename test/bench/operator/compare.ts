import { setTimeout as wait } from 'node:timers/promises';
import { MANAGED_BY_LABEL, MANAGER, UID_LABEL } from '../../../src/api/names.ts';
import {
  CRON_JOB,
  DEPLOYMENT,
  DISRUPTION_BUDGET,
  JOB,
  type KubeObject,
  keyOf,
  SERVICE,
} from '../../../src/kube/resource.ts';
import { REGISTRY_INDEX } from '../../../src/operator/resource.ts';
import { applyOne } from './fleet.ts';
import { holds, type Run, until } from './measure.ts';

export const CHILDREN = [DEPLOYMENT, SERVICE, CRON_JOB, DISRUPTION_BUDGET];
const soon = () => AbortSignal.timeout(120_000);

/** Kinds and names of the children of these resources, by name, that differ from what the same resources get afresh. */
export async function differentFromFresh(run: Run, wanted: ReadonlyMap<string, KubeObject>): Promise<string[]> {
  const found = await settled(run, wanted);
  await startAfresh(run, [...wanted.values()]);
  const fresh = await settled(run, wanted);
  return [...new Set([...found.keys(), ...fresh.keys()])].filter((id) => found.get(id) !== fresh.get(id));
}

export const OURS = `${MANAGED_BY_LABEL}=${MANAGER}`;

/** What there is for these resources once all are ready and nothing changes any more, by kind and name. */
async function settled(run: Run, wanted: ReadonlyMap<string, KubeObject>): Promise<Map<string, string>> {
  let last = '';
  let look = new Map<string, string>();
  await until(async () => {
    await wait(3_000);
    look = await childrenOf(run, wanted);
    const text = JSON.stringify([...look]);
    const isSettled = text === last && [...wanted.values()].every((object) => holds(run, object, 'Ready'));
    last = text;
    return isSettled;
  });
  return look;
}

async function childrenOf({ stage }: Run, wanted: ReadonlyMap<string, KubeObject>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const type of CHILDREN) {
    const { items } = await stage.api.client.list(type, undefined, { labelSelector: OURS }, soon());
    for (const { kind, metadata, spec } of items)
      if (metadata.ownerReferences?.some(({ name }) => wanted.has(name)))
        found.set(`${kind} ${metadata.namespace}/${metadata.name}`, plain({ labels: metadata.labels, spec }));
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Without what is another one for each resource that is created. */
function plain(value: object): string {
  const changes = new Set([UID_LABEL, 'annotations', 'clusterIP', 'clusterIPs']);
  return JSON.stringify(value, (key, field) => (changes.has(key) ? undefined : field));
}

/** Without a garbage collector, what belongs to a resource is removed by hand. */
async function startAfresh({ stage }: Run, objects: readonly KubeObject[]): Promise<void> {
  const { client } = stage.api;
  for (const object of objects) await client.remove(REGISTRY_INDEX, keyOf(object), {}, soon());
  const names = new Set(objects.map(({ metadata }) => metadata.name));
  for (const type of [...CHILDREN, JOB]) {
    const { items } = await client.list(type, undefined, { labelSelector: OURS }, soon());
    for (const item of items)
      if (item.metadata.ownerReferences?.some(({ name }) => names.has(name)))
        await client.remove(type, keyOf(item), { propagation: 'Background' }, soon());
  }
  for (const object of objects) await applyOne(stage, object);
}
