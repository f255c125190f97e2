import type { DeletionStep } from '../../table-lifecycle/decide-deletion.ts';
import type { TablesStep } from '../../table-lifecycle/step.ts';

/**
 * Whether a step may be done now. UpdateTable and DeleteTable take no condition that would fence out a replica that was
 * paused and is no longer the leader, so the lease is looked at once more right before.
 */
export function mayAct(
  { deps }: { readonly deps: { readonly isLeading: () => boolean } },
  step: TablesStep | DeletionStep,
): boolean {
  return (step.do !== 'deleteTable' && step.do !== 'changeTable') || deps.isLeading();
}
