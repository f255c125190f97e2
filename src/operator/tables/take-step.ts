import type { OwnershipRecord } from '../../dynamodb/state/ownership.ts';
import { type ActingStep, executeStep, type StepOutcome } from '../../table-lifecycle/execute.ts';
import { isRecreation, type OwnershipUpdateReason } from '../../table-lifecycle/step.ts';
import type { ReconcileContext } from '../context.ts';

/** Takes one step for the tables and records it as an event, or does nothing if this replica no longer leads. */
export async function takeStep(context: ReconcileContext, step: ActingStep): Promise<StepOutcome> {
  if (!mayTake(context, step)) return { kind: 'stale' };
  const outcome = await executeStep(step, context.services, context.signal);
  if (outcome.kind === 'done') recordEvents(context, step);
  return outcome;
}

/**
 * UpdateTable and DeleteTable take no condition that would fence out a replica that was paused and is no longer the
 * leader, so the lease is checked once more right before them.
 */
function mayTake({ deps }: ReconcileContext, step: ActingStep): boolean {
  return (step.do !== 'deleteTable' && step.do !== 'changeTable') || deps.isLeading();
}

interface TablesEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly note: string;
}

const OWNERSHIP_EVENTS: Partial<Record<OwnershipUpdateReason, Omit<TablesEvent, 'reason'>>> = {
  Adopted: { type: 'Normal', note: 'The tables were taken over from an owner that is gone' },
  TableDeleted: {
    type: 'Warning',
    note: 'The repository table was gone; it is created and filled again from the bucket',
  },
  TablesCreated: { type: 'Normal', note: 'The tables are there; they are filled from the bucket' },
  TableTaken: {
    type: 'Warning',
    note: 'The repository table says that it is not ours; nothing of it is used any more',
  },
  TableReplaced: { type: 'Warning', note: 'The repository table was replaced; it is filled again' },
  SourceChanged: { type: 'Normal', note: 'The source has changed; the index is filled again from it' },
  Deleting: { type: 'Normal', note: 'The tables are deleted, as deletionPolicy says' },
};

function recordEvents({ deps, index, settings }: ReconcileContext, step: ActingStep): void {
  for (const event of eventsOf(step, settings.index)) deps.events.record(index, { ...event, action: 'ManageTables' });
}

/** Steps without interest for a person have no event. */
function eventsOf(step: ActingStep, names: ReconcileContext['settings']['index']): TablesEvent[] {
  if (step.do === 'updateOwnership') return ownershipEvents(step.reason, step.next);
  if (step.do !== 'createTable') return [];
  const isVersion = step.role === 'version';
  const note = `Creating table ${isVersion ? names.versionTable : names.repositoryTable}`;
  const recreated = !isVersion && isRecreation(step) ? ownershipEvents('TableDeleted', step.next) : [];
  return [{ type: 'Normal', reason: 'CreatingTable', note }, ...recreated];
}

/** The epoch makes each occurrence an event of its own. An equal note would only raise the count of an event before. */
function ownershipEvents(reason: OwnershipUpdateReason, { epoch }: OwnershipRecord): TablesEvent[] {
  const event = OWNERSHIP_EVENTS[reason];
  return event ? [{ ...event, reason, note: `${event.note} (epoch ${epoch})` }] : [];
}
