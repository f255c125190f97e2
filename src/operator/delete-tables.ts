import { isFalse } from '../api/conditions.ts';
import { ABANDON_ANNOTATION } from '../api/names.ts';
import type { RegistryIndex } from '../api/registry-index.ts';
import { after, done } from '../kube/outcome.ts';
import type { OperatorDeps } from './deps.ts';
import { failed } from './failure.ts';
import { setFinalizer } from './finalizer.ts';
import type { Finding } from './finding.ts';
import type { Pass } from './pass.ts';
import { actOnTables } from './tables/act.ts';
import { type DeletionStep, decideDeletion } from './tables/decide-deletion.ts';
import { observe } from './tables/ensure-tables.ts';
import { tellTables } from './tables/tell.ts';

const NEXT_STEP_MS = 500;

/** Takes the tables away, one step a pass, and lets the resource go when none of ours is left. */
export async function deleteTables(pass: Pass): Promise<Finding> {
  const { deps, index, signal } = pass;
  try {
    const step = decideDeletion(await observe(pass));
    if (step.do === 'gone') {
      await setFinalizer(deps, { index, wanted: false }, signal);
      return { statements: [], outcome: done };
    }
    return await deleteStep(pass, step);
  } catch (error) {
    return failed('TablesReady', error);
  }
}

async function deleteStep(pass: Pass, step: Exclude<DeletionStep, { do: 'gone' }>): Promise<Finding> {
  if (step.do !== 'wait') {
    const result = await actOnTables(step, pass.services, pass.signal);
    if (result.kind === 'done') tellTables(pass, step);
  }
  return {
    statements: [isFalse('TablesReady', 'Deleting', 'the tables are being deleted')],
    outcome: after(NEXT_STEP_MS),
  };
}

/** A person's word that the tables stay as they are, for when they cannot be reached any more. */
export function isAbandoned({ metadata }: RegistryIndex): boolean {
  return metadata.annotations?.[ABANDON_ANNOTATION] === 'true';
}

/** Lets the resource go and leaves its tables alone. */
export async function letGo(deps: OperatorDeps, index: RegistryIndex, signal: AbortSignal): Promise<Finding> {
  await setFinalizer(deps, { index, wanted: false }, signal);
  return { statements: [], outcome: done };
}
