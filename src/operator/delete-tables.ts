import { isFalse, type Statement } from '../api/conditions.ts';
import { ABANDON_ANNOTATION } from '../api/names.ts';
import type { RegistryIndex } from '../api/registry-index.ts';
import { after, done, stalled } from '../kube/outcome.ts';
import type { OperatorDeps } from './deps.ts';
import { failed } from './failure.ts';
import { setFinalizer, wantsFinalizer } from './finalizer.ts';
import type { Finding } from './finding.ts';
import { mayAct } from './leading.ts';
import type { Pass } from './pass.ts';
import { actOnTables } from './tables/act.ts';
import { type DeletionStep, decideDeletion } from './tables/decide-deletion.ts';
import { observe } from './tables/observe.ts';
import { tellTables } from './tables/tell.ts';

const NEXT_STEP_MS = 500;
/** DescribeTable may miss a table that was just made: only a second look, this much later, is believed. */
const SECOND_LOOK_MS = 2_000;

/** Takes the tables away, one step a pass, and lets the resource go when none of ours is left. */
export async function deleteTables(pass: Pass): Promise<Finding> {
  try {
    const step = decideDeletion(await observe(pass));
    const memory = pass.deps.memory.of(pass.index.metadata.uid);
    if (step.do !== 'gone') memory.goneSinceMs = undefined;
    return step.do === 'gone' ? await finish(pass) : await deleteStep(pass, step);
  } catch (error) {
    return failed('TablesReady', error);
  }
}

async function finish({ deps, index, signal }: Pass): Promise<Finding> {
  const memory = deps.memory.of(index.metadata.uid);
  const nowMs = deps.now().getTime();
  memory.goneSinceMs ??= nowMs;
  const leftMs = memory.goneSinceMs + SECOND_LOOK_MS - nowMs;
  return leftMs > 0 ? { statements: [deleting()], outcome: after(leftMs) } : letGo(deps, index, signal);
}

async function deleteStep(pass: Pass, step: Exclude<DeletionStep, { do: 'gone' }>): Promise<Finding> {
  if (step.do === 'refuse') {
    const { reason, message } = step;
    return { statements: [isFalse('TablesReady', reason, message)], outcome: stalled(reason, message) };
  }
  if (step.do !== 'wait' && mayAct(pass, step)) {
    const result = await actOnTables(step, pass.services, pass.signal);
    if (result.kind === 'done') tellTables(pass, step);
  }
  return { statements: [deleting()], outcome: after(NEXT_STEP_MS) };
}

function deleting(): Statement {
  return isFalse('TablesReady', 'Deleting', 'the tables are being deleted');
}

/**
 * Whether a resource can go without a look at its tables: they are to stay, a person says so because they cannot be
 * reached any more, or none was ever begun (so that no credentials are needed for what never came to be).
 */
export function mayLeave(index: RegistryIndex): boolean {
  const abandoned = index.metadata.annotations?.[ABANDON_ANNOTATION] === 'true';
  return abandoned || !wantsFinalizer(index) || index.status?.tables === undefined;
}

/** Lets the resource go and leaves its tables alone. */
export async function letGo(deps: OperatorDeps, index: RegistryIndex, signal: AbortSignal): Promise<Finding> {
  await setFinalizer(deps, { index, wanted: false }, signal);
  return { statements: [], outcome: done };
}
