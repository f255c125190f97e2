import { type ConditionUpdate, falseCondition, trueCondition } from '../../api/conditions.ts';
import type { OwnershipRecord } from '../../dynamodb/state/ownership.ts';
import { after, done, stalled } from '../../kube/outcome.ts';
import { decideTables } from '../../table-lifecycle/decide.ts';
import type { StepOutcome } from '../../table-lifecycle/execute.ts';
import type { TablesObservation } from '../../table-lifecycle/observation.ts';
import { currentOwnership } from '../../table-lifecycle/ownership.ts';
import type { OwnershipUpdateReason, TablesStep } from '../../table-lifecycle/step.ts';
import type { ReconcileContext } from '../context.ts';
import type { StatusFields, StepResult } from '../status/step-result.ts';
import { observe } from './observe.ts';
import { awaitPropagation, clearResolved, suppressChange } from './suppressed-changes.ts';
import { takeStep } from './take-step.ts';

/** How long to wait after a step: long enough for its effect to show, short enough not to be noticed. */
const NEXT_STEP_MS = 200;
const WAIT_MS = 1_000;
/** How often on average the whole is looked at; at random, so that a thousand resources do not ask at once. */
const WHOLE_EVERY_MS = 10 * 60_000;

export interface TablesResult extends StepResult {
  /** Undefined until the tables are ours. */
  readonly ownership: OwnershipRecord | undefined;
}

/** Observes both tables and the ownership record, and takes the one next step for them. */
export async function ensureTables(context: ReconcileContext): Promise<TablesResult> {
  const { seen, step } = await observeAndDecide(context);
  clearResolved(context, seen);
  switch (step.do) {
    case 'serve':
      return withOwnership(context, seen, {
        conditions: [tablesReady(context)],
        outcome: done,
        ownership: step.ownership,
      });
    case 'refuse':
      return refused(step);
    case 'wait':
      return withOwnership(context, seen, {
        conditions: [notYet(`waiting for ${step.for}`)],
        outcome: after(WAIT_MS),
        ownership: currentOwnership(seen),
      });
    default:
      return withOwnership(context, seen, await act(context, seen, step));
  }
}

/**
 * Of tables that were seen whole a while ago, with nothing to do, a brief look is enough. Whatever is done is decided
 * on a whole one.
 */
async function observeAndDecide(context: ReconcileContext): Promise<{ seen: TablesObservation; step: TablesStep }> {
  const { deps, index } = context;
  const state = deps.state.of(index.metadata.uid);
  if (deps.now().getTime() < state.wholeTablesAgainAtMs) {
    const seen = await observe(context, 'brief');
    const step = decideTables(seen);
    if (step.do === 'serve') return { seen, step };
  }
  const seen = await observe(context, 'whole');
  const step = decideTables(seen);
  state.wholeTablesAgainAtMs = step.do === 'serve' ? seen.nowMs + WHOLE_EVERY_MS * (0.5 + Math.random()) : 0;
  return { seen, step };
}

type Acting = Exclude<TablesStep, { do: 'serve' | 'refuse' | 'wait' }>;

async function act(context: ReconcileContext, seen: TablesObservation, step: Acting): Promise<TablesResult> {
  const outcome = await takeStep(context, step);
  if (step.do === 'changeTable') rememberChange(context, step, outcome);
  const serving = step.do === 'changeTable' || (step.do === 'updateOwnership' && SERVING_UPDATES.has(step.reason));
  return {
    conditions: [serving ? tablesReady(context) : notYet(describe(step))],
    outcome: after(outcome.kind === 'stale' || step.do === 'claimTable' ? WAIT_MS : NEXT_STEP_MS),
    ...(outcome.kind === 'done' ? { status: createdTables(context, outcome.versionTable) } : {}),
    ownership: (outcome.kind === 'done' ? outcome.ownership : undefined) ?? currentOwnership(seen),
  };
}

/** Updates of the ownership record during which the tables serve as before. */
const SERVING_UPDATES: ReadonlySet<OwnershipUpdateReason> = new Set([
  'Renewed',
  'KeyAdded',
  'AccessChanged',
  'Changing',
  'Changed',
]);

function rememberChange(
  context: ReconcileContext,
  step: Extract<Acting, { do: 'changeTable' }>,
  outcome: StepOutcome,
): void {
  const key = `${step.role}/${step.change}` as const;
  if (outcome.kind === 'notChanged') suppressChange(context, key, outcome);
  if (outcome.kind === 'done') awaitPropagation(context, key);
}

function describe(step: Acting): string {
  if (step.do === 'createTable') return `creating the ${step.role} table`;
  if (step.do === 'claimTable') return 'claiming the repository table';
  return step.do === 'createOwnership' ? 'claiming the version table' : 'preparing the tables';
}

function refused({ reason, message }: Extract<TablesStep, { do: 'refuse' }>): TablesResult {
  return {
    conditions: [falseCondition('TablesReady', reason, message)],
    outcome: stalled(reason, message),
    ownership: undefined,
  };
}

function notYet(message: string): ConditionUpdate {
  return falseCondition('TablesReady', 'CreatingTables', message);
}

function tablesReady({ settings }: ReconcileContext): ConditionUpdate {
  const { repositoryTable, versionTable, region } = settings.index;
  return trueCondition('TablesReady', 'Active', `${repositoryTable} and ${versionTable} in ${region}`);
}

/** From the first table on there is something to delete with the resource, even before its identity is known. */
function createdTables({ index, settings }: ReconcileContext, identity: string | undefined): StatusFields {
  const { repositoryTable, versionTable } = settings.index;
  const { repository, version } = index.status?.tables ?? {};
  return {
    tables: {
      repository: repository ?? { name: repositoryTable },
      version: identity ? { name: versionTable, identity } : (version ?? { name: versionTable }),
    },
  };
}

/** The status has epoch and tables as soon as they are ours, in case the ownership record is ever lost. */
function withOwnership(context: ReconcileContext, seen: TablesObservation, result: TablesResult): TablesResult {
  return result.ownership ? { ...result, status: statusOf(context, result.ownership, seen) } : result;
}

function statusOf(
  { settings }: ReconcileContext,
  ownership: OwnershipRecord,
  { version }: TablesObservation,
): StatusFields {
  const { repositoryTable, versionTable } = settings.index;
  const versionIdentity = version.kind === 'present' ? { identity: version.identity } : {};
  return {
    epoch: ownership.epoch,
    tables: {
      repository: {
        name: repositoryTable,
        ...(ownership.repositoryTable ? { identity: ownership.repositoryTable } : {}),
      },
      version: { name: versionTable, ...versionIdentity },
    },
  };
}
