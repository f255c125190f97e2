import { isDeepStrictEqual } from 'node:util';
import { type ConditionUpdate, falseCondition } from '../../api/conditions.ts';
import { ABANDON_ANNOTATION } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { after, done, stalled } from '../../kube/outcome.ts';
import { type DeletionStep, decideDeletion } from '../../table-lifecycle/decide-deletion.ts';
import { wait } from '../../table-lifecycle/step.ts';
import type { OperatorDeps, ReconcileContext } from '../context.ts';
import { failed } from '../status/failure.ts';
import type { StepResult } from '../status/step-result.ts';
import { observe } from '../tables/observe.ts';
import { takeStep } from '../tables/take-step.ts';
import { setFinalizer, wantsFinalizer } from './finalizer.ts';

const NEXT_STEP_MS = 500;
/** DescribeTable may miss a table that was just created, so "missing" must be observed again this much later. */
const SECOND_LOOK_MS = 2_000;

/** Deletes the tables, one step each time, and removes the finalizer when none of ours is left. */
export async function deleteTables(context: ReconcileContext): Promise<StepResult> {
  try {
    const step = await observedAgain(context, decideDeletion(await observe(context)));
    const leftMs = confirmationMs(context, step);
    if (leftMs > 0) return { conditions: [deleting()], outcome: after(leftMs) };
    return step.do === 'gone'
      ? await removeFinalizer(context.deps, context.index, context.signal)
      : await deleteStep(context, step);
  } catch (error) {
    return failed('TablesReady', error);
  }
}

/**
 * DeleteTable takes no condition, so everything is observed once more right before it, and must call for the same step.
 */
async function observedAgain(context: ReconcileContext, step: DeletionStep): Promise<DeletionStep> {
  if (step.do !== 'deleteTable') return step;
  const again = decideDeletion(await observe(context));
  return isDeepStrictEqual(step, again) ? step : wait('another observation');
}

/** How long to wait until a table that does not show counts as missing. */
function confirmationMs({ deps, index }: ReconcileContext, step: DeletionStep): number {
  const state = deps.state.of(index.metadata.uid);
  const isFinal = step.do === 'gone' || (step.do === 'deleteTable' && step.unconfirmed);
  const nowMs = deps.now().getTime();
  state.missingSinceMs = isFinal ? (state.missingSinceMs ?? nowMs) : undefined;
  return state.missingSinceMs === undefined ? 0 : state.missingSinceMs + SECOND_LOOK_MS - nowMs;
}

async function deleteStep(context: ReconcileContext, step: Exclude<DeletionStep, { do: 'gone' }>): Promise<StepResult> {
  if (step.do === 'refuse') {
    const { reason, message } = step;
    return { conditions: [falseCondition('TablesReady', reason, message)], outcome: stalled(reason, message) };
  }
  if (step.do !== 'wait') await takeStep(context, step);
  return { conditions: [deleting()], outcome: after(NEXT_STEP_MS) };
}

function deleting(): ConditionUpdate {
  return falseCondition('TablesReady', 'Deleting', 'the tables are being deleted');
}

/**
 * Whether the finalizer can be removed without asking DynamoDB: the tables are to stay, a person has abandoned them
 * because they cannot be reached any more, or none was ever created (and no credentials may be there to ask with).
 */
export function maySkipCleanup(index: RegistryIndex): boolean {
  const abandoned = index.metadata.annotations?.[ABANDON_ANNOTATION] === 'true';
  return abandoned || !wantsFinalizer(index) || index.status?.tables === undefined;
}

/** Lets Kubernetes delete the resource, and leaves its tables as they are. */
export async function removeFinalizer(
  deps: OperatorDeps,
  index: RegistryIndex,
  signal: AbortSignal,
): Promise<StepResult> {
  await setFinalizer(deps, { index, wanted: false }, signal);
  return { conditions: [], outcome: done };
}
