import { sleep } from '../async/sleep.ts';
import { ConfigError } from '../config/config-error.ts';
import type { OwnershipRecord } from '../dynamodb/state/ownership.ts';
import { decideTables } from '../table-lifecycle/decide.ts';
import { executeStep } from '../table-lifecycle/execute.ts';
import {
  type ChangeKey,
  type KnownTables,
  observeTables,
  randomNudgeKey,
  type TableServices,
  type WantedTables,
} from '../table-lifecycle/observation.ts';
import type { TablesStep } from '../table-lifecycle/step.ts';

/** What a status would keep. Without a cluster it is kept in this process. */
export interface TablesState {
  /** Our ownership record as it was last read or written. */
  ownership: OwnershipRecord | undefined;
  /** Changes of settings that were tried, each once. */
  readonly tried: Set<ChangeKey>;
}

export interface EnsureTablesDeps {
  readonly services: TableServices;
  readonly wanted: WantedTables;
  readonly state: TablesState;
  readonly print: (line: string) => void;
  readonly now: () => number;
}

type TakenStep = Exclude<TablesStep, { do: 'serve' | 'refuse' | 'wait' }>;

/** How long what was done may take to show. */
const OBSERVE_AGAIN_MS = 500;

/**
 * Takes the same steps as the operator, one after the other, until the tables are ours and as they should be; undefined
 * if stopped before. Rejects with a ConfigError where the operator would set a condition for a person to act on.
 */
export async function ensureTables(deps: EnsureTablesDeps, stop: AbortSignal): Promise<OwnershipRecord | undefined> {
  const { services, wanted, state, now } = deps;
  let done: TablesStep['do'] | undefined;
  while (!stop.aborted) {
    const seen = await observeTables(services, stop);
    const known = knownFrom(state.ownership);
    const own = { wanted, known, ownerIsHere: false, suppressed: state.tried };
    const step = decideTables({ ...seen, ...own, nowMs: now(), newNudgeKey: randomNudgeKey() });
    if (step.do === 'serve') {
      state.ownership = step.ownership;
      return step.ownership;
    }
    if (step.do === 'refuse') throw new ConfigError(step.message);
    // Tags of a table may show late, and are not written again at once.
    const mustWait = step.do === 'wait' || (step.do === 'claimTable' && done === step.do);
    done = !mustWait && (await take(step, deps, stop)) ? step.do : undefined;
    if (!done) await sleep(OBSERVE_AGAIN_MS, stop);
  }
  return undefined;
}

/** Takes one step; false where it was for what no longer holds. */
async function take(
  step: TakenStep,
  { services, state, print }: EnsureTablesDeps,
  stop: AbortSignal,
): Promise<boolean> {
  const outcome = await executeStep(step, services, stop);
  if (step.do === 'changeTable' && outcome.kind !== 'stale') state.tried.add(`${step.role}/${step.change}`);
  if (outcome.kind === 'done' && outcome.ownership) state.ownership = outcome.ownership;
  const line = outcome.kind === 'done' ? lineFor(step) : undefined;
  if (line) print(line);
  return outcome.kind !== 'stale';
}

function knownFrom(ownership: OwnershipRecord | undefined): KnownTables {
  return {
    repositoryTable: ownership?.repositoryTable,
    versionTable: undefined,
    epoch: ownership?.epoch ?? 0,
    completedOnce: ownership !== undefined && (ownership.complete || ownership.refill),
  };
}

function lineFor(step: TakenStep): string | undefined {
  if (step.do === 'createTable')
    return step.role === 'repository' && step.seen.complete
      ? 'the repository table is gone; it is created and filled again'
      : `creating the ${step.role} table`;
  if (step.do !== 'updateOwnership') return undefined;
  switch (step.reason) {
    case 'TableReplaced':
      return 'the repository table was replaced; it is filled again';
    case 'SourceChanged':
      return 'the source has changed; the index is filled again from it';
    default:
      return undefined;
  }
}
