import { isDeepStrictEqual } from 'node:util';
import { isFalse, type Statement } from '../../api/conditions.ts';
import { ABANDON_ANNOTATION } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { after, done, stalled } from '../../kube/outcome.ts';
import { type DeletionStep, decideDeletion } from '../../table-lifecycle/decide-deletion.ts';
import { actOnTables } from '../../table-lifecycle/execute.ts';
import { wait } from '../../table-lifecycle/step.ts';
import type { Pass } from '../context.ts';
import type { OperatorDeps } from '../deps.ts';
import { failed } from '../status/failure.ts';
import type { Finding } from '../status/step-result.ts';
import { tellTables } from '../tables/events.ts';
import { mayAct } from '../tables/leading.ts';
import { observe } from '../tables/observe.ts';
import { setFinalizer, wantsFinalizer } from './finalizer.ts';

const NEXT_STEP_MS = 500;
/** DescribeTable may miss a table that was just made: only a second look, this much later, is believed. */
const SECOND_LOOK_MS = 2_000;

/** Takes the tables away, one step a pass, and lets the resource go when none of ours is left. */
export async function deleteTables(pass: Pass): Promise<Finding> {
  try {
    const step = await confirmed(pass, decideDeletion(await observe(pass)));
    const leftMs = untilSure(pass, step);
    if (leftMs > 0) return { statements: [deleting()], outcome: after(leftMs) };
    return step.do === 'gone' ? await letGo(pass.deps, pass.index, pass.signal) : await deleteStep(pass, step);
  } catch (error) {
    return failed('TablesReady', error);
  }
}

/** DeleteTable takes no condition: everything is looked at once more right before, and must call for the very same. */
async function confirmed(pass: Pass, step: DeletionStep): Promise<DeletionStep> {
  if (step.do !== 'deleteTable') return step;
  const again = decideDeletion(await observe(pass));
  return isDeepStrictEqual(step, again) ? step : wait('another look');
}

/** How long to wait for the second look at what does not show, after which nobody looks for it any more. */
function untilSure({ deps, index }: Pass, step: DeletionStep): number {
  const memory = deps.memory.of(index.metadata.uid);
  const isFinal = step.do === 'gone' || (step.do === 'deleteTable' && step.doubtful);
  const nowMs = deps.now().getTime();
  memory.goneSinceMs = isFinal ? (memory.goneSinceMs ?? nowMs) : undefined;
  return memory.goneSinceMs === undefined ? 0 : memory.goneSinceMs + SECOND_LOOK_MS - nowMs;
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
