import { setTimeout as wait } from 'node:timers/promises';
import { type KubeObject, keyOf, LEASE as LEASE_TYPE } from '../../../src/kube/resource.ts';
import { parseRegistryIndex } from '../../../src/operator/resource.ts';
import { fieldOf } from '../../support/operator/live-resource.ts';
import { type ApiProxy, FAULTS, type Fault } from './api-proxy.ts';
import { applyFleet, applyOne, type Fleet, healthyOne, makeNamespaces } from './fleet.ts';
import { LEASE, type Memory, type OperatorProgram } from './operator-program.ts';
import { type Nodes, playNodes } from './play-nodes.ts';
import type { Stage } from './stage.ts';

interface Patience {
  readonly pollMs: number;
  readonly giveUpMs: number;
}

const FOR_ONE: Patience = { pollMs: 20, giveUpMs: 5 * 60_000 };
/**
 * A thousand take some minutes on a machine that has to do everything else too; looking at them all costs it as well.
 */
const FOR_A_FLEET: Patience = { pollMs: 500, giveUpMs: 20 * 60_000 };
/** After the last is Ready, until what it was for has come to rest. */
const REST_SECONDS = 30;
const NEW_ONES = 5;

export interface FleetFigures {
  readonly fleet: Fleet;
  readonly served: { readonly seconds: number; readonly cpuSeconds: number; readonly calls: number };
  /** Over `seconds` in which nothing changes; the leader is alone. */
  readonly idle: {
    readonly seconds: number;
    readonly callsPerSecond: number;
    readonly cpuShare: number;
    /** By what they are, the most first. */
    readonly calls: readonly (readonly [string, number])[];
  };
  readonly memory: Memory;
  /** One after the other. */
  readonly newOnes: readonly NewOne[];
}

export interface NewOne {
  readonly searchableSeconds: number;
  readonly readySeconds: number;
}

export interface Takeover {
  readonly how: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP';
  readonly seconds: number;
}

export interface FaultFigures {
  readonly fault: Fault;
  readonly seconds: number;
  readonly callsPerSecond: number;
  /** From the end of the fault until what was applied during it is searchable. */
  readonly caughtUpSeconds: number;
}

/** What the measurements share: a stage with its fleet, and operators on it. */
export interface Run {
  readonly stage: Stage;
  readonly nodes: Nodes;
  readonly operators: OperatorProgram[];
}

export async function startRun(stage: Stage, stop: AbortSignal): Promise<Run> {
  await makeNamespaces(stage);
  return { stage, nodes: playNodes(stage, stop), operators: [] };
}

/**
 * `settleSeconds`: for so long after the start a missing Secret is looked for more often, and slow failures find their
 * pace.
 */
export async function measureFleet(
  run: Run,
  fleet: Fleet,
  { settleSeconds, idleSeconds }: { readonly settleSeconds: number; readonly idleSeconds: number },
): Promise<FleetFigures> {
  const { stage, operators } = run;
  await applyFleet(stage, fleet);
  const operator = await stage.startOperator('first');
  operators.push(operator);
  const startedAtMs = performance.now();
  const served = await timed(() => until(() => searchable(run) >= fleet.healthy, FOR_A_FLEET));
  const start = { seconds: served, cpuSeconds: await operator.cpuSeconds(), calls: await operator.calls() };
  console.error(`all ${fleet.healthy} are served after ${served.toFixed(1)} s`);
  await until(() => ready(run) >= fleet.healthy, FOR_A_FLEET);
  const leftSeconds = settleSeconds - (performance.now() - startedAtMs) / 1_000;
  await wait(Math.max(REST_SECONDS, leftSeconds) * 1_000);
  const idle = await measureIdle(stage.proxy, operator, idleSeconds);
  const newOnes: NewOne[] = [];
  for (let at = 0; at < NEW_ONES; at += 1) newOnes.push(await measureNewOne(run, `newcomer-${at}`));
  return { fleet, served: start, idle, memory: await operator.memory(), newOnes };
}

async function measureIdle(proxy: ApiProxy, operator: OperatorProgram, seconds: number): Promise<FleetFigures['idle']> {
  const before = { calls: proxy.calls(), cpu: await operator.cpuSeconds(), atMs: performance.now() };
  await wait(seconds * 1_000);
  const passed = (performance.now() - before.atMs) / 1_000;
  const cpuShare = ((await operator.cpuSeconds()) - before.cpu) / passed;
  const since = [...proxy.calls()].map(([name, count]) => [name, count - (before.calls.get(name) ?? 0)] as const);
  const calls = since.filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  const callsPerSecond = calls.reduce((sum, [, count]) => sum + count, 0) / passed;
  return { seconds: passed, callsPerSecond, cpuShare, calls };
}

async function measureNewOne(run: Run, name: string): Promise<NewOne> {
  const object = healthyOne(run.stage, name, 0);
  await applyOne(run.stage, object);
  const startedAtMs = performance.now();
  const since = () => (performance.now() - startedAtMs) / 1_000;
  await until(() => holds(run, object, 'SearchAvailable'));
  const searchableSeconds = since();
  await until(() => holds(run, object, 'Ready'));
  return { searchableSeconds, readySeconds: since() };
}

/** Ends the leader in each way while another waits, and measures until that one leads. */
export async function measureTakeovers(run: Run): Promise<Takeover[]> {
  const takeovers: Takeover[] = [];
  for (const how of ['SIGTERM', 'SIGKILL', 'SIGSTOP'] as const) {
    const leading = await leader(run);
    run.operators.push(await run.stage.startOperator(`standby-${how.toLowerCase()}`));
    // The standby has to see the Lease once, to know later that it no longer changes.
    await wait(5_000);
    const before = run.operators.find(({ identity }) => identity === leading);
    if (!before) throw new Error(`nobody knows the leader ${leading}`);
    const seconds = await timed(async () => {
      process.kill(before.pid, how);
      await until(async () => ![leading, ''].includes(await holder(run)));
    });
    console.error(`after ${how} another leads within ${seconds.toFixed(1)} s`);
    takeovers.push({ how, seconds });
    if (how === 'SIGSTOP') process.kill(before.pid, 'SIGCONT');
    await before.stop();
    run.operators.splice(run.operators.indexOf(before), 1);
  }
  return takeovers;
}

export async function measureFaults(run: Run, seconds: number): Promise<FaultFigures[]> {
  const { proxy } = run.stage;
  const figures: FaultFigures[] = [];
  for (const [at, fault] of FAULTS.entries()) {
    const object = healthyOne(run.stage, `during-fault-${at}`, at);
    const before = proxy.count();
    proxy.fault = fault;
    await wait((seconds * 1_000) / 2);
    await applyOne(run.stage, object);
    await wait((seconds * 1_000) / 2);
    const calls = proxy.count() - before;
    proxy.fault = undefined;
    const caughtUpSeconds = await timed(() => until(() => holds(run, object, 'SearchAvailable')));
    console.error(`${fault}: ${calls} calls in ${seconds} s, caught up after ${caughtUpSeconds.toFixed(1)} s`);
    figures.push({ fault, seconds, callsPerSecond: calls / seconds, caughtUpSeconds });
  }
  return figures;
}

async function holder({ stage }: Run): Promise<string> {
  const lease = await stage.api.client.get(LEASE_TYPE, LEASE, AbortSignal.timeout(60_000));
  const [identity = ''] = String(fieldOf(lease, 'spec.holderIdentity') ?? '').split('_');
  return identity;
}

export async function leader(run: Run): Promise<string> {
  let identity = '';
  await until(async () => {
    identity = await holder(run);
    return identity !== '';
  });
  return identity;
}

export function holds({ nodes: { indexes } }: Run, object: KubeObject, type: string): boolean {
  const conditions = parseRegistryIndex(indexes.get(keyOf(object)))?.status?.conditions ?? [];
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
}

const searchable = (run: Run) =>
  run.nodes.indexes.list().filter((object) => holds(run, object, 'SearchAvailable')).length;
const ready = (run: Run) => run.nodes.indexes.list().filter((object) => holds(run, object, 'Ready')).length;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return (performance.now() - startedAtMs) / 1_000;
}

export async function until(isSo: () => boolean | Promise<boolean>, { pollMs, giveUpMs } = FOR_ONE): Promise<void> {
  const endMs = performance.now() + giveUpMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within ${giveUpMs / 60_000} minutes: ${isSo}`);
    await wait(pollMs);
  }
}
