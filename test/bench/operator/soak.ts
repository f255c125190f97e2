import { setTimeout as wait } from 'node:timers/promises';
import { type KubeObject, keyOf } from '../../../src/kube/resource.ts';
import { createRandom, type Random } from '../../support/random.ts';
import { FAULTS } from './api-proxy.ts';
import { CHILDREN, differentFromFresh, OURS } from './compare.ts';
import { applyOne, healthyOne } from './fleet.ts';
import { leader, type Run } from './measure.ts';

export interface SoakFigures {
  readonly minutes: number;
  readonly resources: number;
  readonly faults: number;
  /** Children that differ from those of a fresh run; none is wanted. */
  readonly different: readonly string[];
}

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
  const different = await differentFromFresh(run, wanted);
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
  const leading = run.operators.find((operator) => operator.identity === identity);
  // The Lease of one that was killed lasts for some seconds more.
  if (!leading) return;
  run.operators.splice(run.operators.indexOf(leading), 1);
  run.operators.push(await run.stage.startOperator(`soaked-${Date.now()}`));
  process.kill(leading.pid, 'SIGKILL');
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

function pick<T>(random: Random, all: readonly T[]): T {
  const one = all[random.below(all.length)];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
}
