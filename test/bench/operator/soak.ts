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
import { createRandom, type Random } from '../../support/random.ts';
import { FAULTS } from './api-proxy.ts';
import { applyOne, healthyOne } from './fleet.ts';
import { holds, leader, type Run, until } from './measure.ts';

export interface SoakFigures {
  readonly minutes: number;
  readonly resources: number;
  readonly faults: number;
  /** Children that differ from those of a fresh run; none is wanted. */
  readonly different: readonly string[];
}

const CHILDREN = [DEPLOYMENT, SERVICE, CRON_JOB, DISRUPTION_BUDGET];
const soon = () => AbortSignal.timeout(120_000);

export interface SoakOptions {
  readonly minutes: number;
  readonly resources: number;
  /** Of what comes when. */
  readonly seed: number;
}

/** Lets faults come at random for so long, and compares what there is then with what the same resources get afresh. */
export async function soak(run: Run, { minutes, resources, seed }: SoakOptions): Promise<SoakFigures> {
  const fleet = Array.from({ length: resources }, (_, at) => healthyOne(run.stage, `soaked-${at}`, at));
  const wanted = new Map(fleet.map((object) => [object.metadata.name, object]));
  if (run.operators.length === 0) run.operators.push(await run.stage.startOperator('soaked'));
  for (const object of fleet) await applyOne(run.stage, object);
  const endMs = performance.now() + minutes * 60_000;
  const random = createRandom(seed);
  let faults = 0;
  for (; performance.now() < endMs; faults += 1) await pick(random, TROUBLES)({ run, wanted, random });
  run.stage.proxy.fault = undefined;
  const soaked = await settled(run, wanted);
  await startAfresh(run, [...wanted.values()]);
  const fresh = await settled(run, wanted);
  const different = [...new Set([...soaked.keys(), ...fresh.keys()])].filter((id) => soaked.get(id) !== fresh.get(id));
  console.error(`${faults} faults in ${minutes} minutes; different in the end: ${different.join(', ') || 'nothing'}`);
  return { minutes, resources, faults, different };
}

interface Scene {
  readonly run: Run;
  /** What a person wants now, by name. */
  readonly wanted: Map<string, KubeObject>;
  readonly random: Random;
}

type Trouble = (scene: Scene) => Promise<void>;

const TROUBLES: readonly Trouble[] = [failApi, failApi, killLeader, removeChild, removeChild, changeSpec, changeSpec];

async function failApi({ run: { stage }, random }: Scene): Promise<void> {
  stage.proxy.fault = pick(random, FAULTS);
  await wait(2_000 + random.below(8_000));
  stage.proxy.fault = undefined;
}

async function killLeader({ run }: Scene): Promise<void> {
  const identity = await leader(run);
  const at = run.operators.findIndex((operator) => operator.identity === identity);
  run.operators.push(await run.stage.startOperator(`soaked-${Date.now()}`));
  const [killed] = at < 0 ? [] : run.operators.splice(at, 1);
  if (killed) process.kill(killed.pid, 'SIGKILL');
}

async function removeChild({ run: { stage }, random }: Scene): Promise<void> {
  const type = pick(random, CHILDREN);
  const { items } = await stage.api.client.list(type, undefined, { labelSelector: OURS }, soon());
  if (items.length > 0) await stage.api.client.remove(type, keyOf(pick(random, items)), {}, soon());
}

async function changeSpec({ run: { stage }, wanted, random }: Scene): Promise<void> {
  const object = pick(random, [...wanted.values()]);
  const search = { replicas: 1 + random.below(3) };
  const next = { ...object, spec: { ...(object.spec as object), search } };
  wanted.set(object.metadata.name, next);
  await applyOne(stage, next);
}

const OURS = `${MANAGED_BY_LABEL}=${MANAGER}`;

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

function pick<T>(random: Random, all: readonly T[]): T {
  const one = all[random.below(all.length)];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
}
