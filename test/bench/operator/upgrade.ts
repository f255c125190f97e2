import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { COMPONENT_LABEL, RESYNC_ANNOTATION } from '../../../src/api/names.ts';
import { JOB, type KubeObject, keyOf } from '../../../src/kube/resource.ts';
import { parseRegistryIndex, REGISTRY_INDEX } from '../../../src/operator/resource.ts';
import { runCommand } from '../../env/command.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { type Relay, relayTo } from '../../support/network/relay.ts';
import { differentFromFresh } from './compare.ts';
import { applyOne, healthyOne } from './fleet.ts';
import { holds, leader, type Run, until } from './measure.ts';

/** What a resource is in the middle of when one version of the operator hands it to another. */
const PHASES = ['filling', 'ready', 'resync', 'deleting'] as const;
type Phase = (typeof PHASES)[number];

export interface UpgradeFigures {
  readonly commit: string;
  readonly handovers: readonly Handover[];
}

export interface Handover {
  readonly how: 'upgrade' | 'rollback';
  /** What is not as it should be afterwards, in words; nothing is wanted. */
  readonly mistakes: readonly string[];
}

const HANDLED = 'of-the-bench';
/** The operator that hands over has tried what cannot be done now. */
const TRYING_MS = 3_000;
const soon = () => AbortSignal.timeout(120_000);

/** Hands resources in every phase from the operator of an earlier commit to this one, and from this one to that. */
export async function measureUpgrades(run: Run, commit: string): Promise<UpgradeFigures> {
  await using directory = new AsyncDisposableStack();
  const { path } = directory.adopt(await tempDirectory('bench-earlier'), ({ remove }) => remove());
  const [earlier, current] = [await buildOf(commit, path), run.stage.program];
  const handovers = [
    await handOver(run, { how: 'upgrade', from: earlier, to: current }),
    await handOver(run, { how: 'rollback', from: current, to: earlier }),
  ];
  return { commit, handovers };
}

/** The program of a commit, with the packages that are installed now. */
async function buildOf(commit: string, directory: string): Promise<string> {
  await runCommand('sh', ['-c', `git archive ${commit} | tar -x -C ${directory}`], { directory: resolve('.') });
  await symlink(resolve('node_modules'), join(directory, 'node_modules'));
  const target = join(directory, 'built');
  await runCommand(process.execPath, ['scripts/build.ts', target], { directory, timeoutMs: 300_000 });
  return join(target, 'registry-index.mjs');
}

interface Way {
  readonly how: Handover['how'];
  readonly from: string;
  readonly to: string;
}

async function handOver(run: Run, { how, from, to }: Way): Promise<Handover> {
  const { stage } = run;
  const relay = await relayTo(stage.dynamodb.endpoint);
  await relay.up();
  const before = await stage.startOperator(`${how}-from`, from);
  const wanted = await bringToPhases(run, how, relay);
  const epochs = epochsOf(run, wanted);
  await before.stop();
  const after = await stage.startOperator(`${how}-to`, to);
  await until(async () => (await leader(run)) === after.identity);
  run.nodes.release(wanted.filling.metadata.name);
  await relay.up();
  const staying = new Map([wanted.filling, wanted.ready, wanted.resync].map((each) => [each.metadata.name, each]));
  await until(() => [...staying.values()].every((object) => holds(run, object, 'Ready')));
  await until(() => run.nodes.indexes.get(keyOf(wanted.deleting)) === undefined);
  const mistakes = await mistakesIn(run, wanted, epochs);
  mistakes.push(...(await differentFromFresh(run, staying)).map((child) => `${child} is not as in a fresh run`));
  await after.stop();
  console.error(`${how}: ${mistakes.join(', ') || 'all as it should be'}`);
  return { how, mistakes };
}

type Wanted = Readonly<Record<Phase, KubeObject>>;

async function bringToPhases(run: Run, how: string, relay: Relay): Promise<Wanted> {
  const { stage, nodes } = run;
  const one = (phase: Phase) => healthyOne(stage, `${how}-${phase}`, 0);
  const deleted = one('deleting');
  const spec = { ...(deleted.spec as object), deletionPolicy: 'Delete', dynamodb: { endpoint: relay.endpoint } };
  const wanted = {
    filling: one('filling'),
    ready: one('ready'),
    resync: one('resync'),
    deleting: { ...deleted, spec },
  };
  nodes.hold(wanted.filling.metadata.name);
  for (const phase of PHASES) await applyOne(stage, wanted[phase]);
  await until(() => PHASES.every((phase) => phase === 'filling' || holds(run, wanted[phase], 'Ready')));
  await until(async () => (await jobsOf(run, wanted.filling, 'backfill')).length > 0);
  const annotations = { [RESYNC_ANNOTATION]: HANDLED };
  await stage.api.client.patch(REGISTRY_INDEX, keyOf(wanted.resync), { metadata: { annotations } }, soon());
  await until(async () => (await jobsOf(run, wanted.resync, 'resync')).length > 0);
  await relay.down();
  await stage.api.client.remove(REGISTRY_INDEX, keyOf(wanted.deleting), {}, soon());
  await wait(TRYING_MS);
  return wanted;
}

async function jobsOf({ stage }: Run, { metadata }: KubeObject, component: string): Promise<KubeObject[]> {
  const labelSelector = `${COMPONENT_LABEL}=${component}`;
  const { items } = await stage.api.client.list(JOB, metadata.namespace, { labelSelector }, soon());
  return items.filter((job) => job.metadata.ownerReferences?.some(({ name }) => name === metadata.name));
}

const statusOf = ({ nodes }: Run, object: KubeObject) => parseRegistryIndex(nodes.indexes.get(keyOf(object)))?.status;

function epochsOf(run: Run, wanted: Wanted): Readonly<Record<Phase, number | undefined>> {
  const epoch = (phase: Phase) => statusOf(run, wanted[phase])?.epoch;
  return {
    filling: epoch('filling'),
    ready: epoch('ready'),
    resync: epoch('resync'),
    deleting: epoch('deleting'),
  };
}

/** An epoch more means that tables were filled anew. */
async function mistakesIn(run: Run, wanted: Wanted, before: ReturnType<typeof epochsOf>): Promise<string[]> {
  const mistakes: string[] = [];
  for (const phase of ['filling', 'ready', 'resync'] as const)
    if (statusOf(run, wanted[phase])?.epoch !== before[phase]) mistakes.push(`${phase} was filled anew`);
  if ((await jobsOf(run, wanted.resync, 'resync')).length !== 1) mistakes.push('the resync was started once more');
  if (statusOf(run, wanted.resync)?.handledResync !== HANDLED) mistakes.push('the resync is not noted');
  for (const table of ['repository', 'version']) {
    const name = `${wanted.deleting.metadata.name}-${table}`;
    if (await run.stage.dynamodb.describe(name)) mistakes.push(`table ${name} is left`);
  }
  return mistakes;
}
