import { sleep } from '../async/sleep.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Marker } from '../dynamodb/state/marker.ts';
import { decideTables } from '../table-lifecycle/decide.ts';
import { actOnTables } from '../table-lifecycle/execute.ts';
import {
  type ChangeKey,
  type Claim,
  type KnownTables,
  observeTables,
  type TableServices,
} from '../table-lifecycle/observation.ts';
import type { TablesStep } from '../table-lifecycle/step.ts';

/** Remembered while the process lives: without a cluster there is no status to keep it in. */
export interface TablesMemory {
  /** Our marker as it was last seen or written. */
  marker: Marker | undefined;
  /** Changes of settings that were made, or cannot be made here; each is tried once. */
  readonly tried: Set<ChangeKey>;
}

export interface SettleDeps {
  readonly services: TableServices;
  readonly claim: Claim;
  readonly memory: TablesMemory;
  readonly say: (line: string) => void;
  readonly now: () => number;
}

const NEXT_STEP_MS = 50;
const LOOK_AGAIN_MS = 500;

/**
 * Takes the operator's steps one after the other until the tables are ours and as they should be; undefined when
 * stopped before. Rejects with a ConfigError where the operator would set a condition for a person to act on.
 */
export async function settleTables(deps: SettleDeps, stop: AbortSignal): Promise<Marker | undefined> {
  const { services, claim, memory, now } = deps;
  while (!stop.aborted) {
    const seen = await observeTables(services, stop);
    const known = knownFrom(memory.marker);
    const step = decideTables({ ...seen, claim, known, ownerIsHere: false, setAside: memory.tried, nowMs: now() });
    if (step.do === 'serve') {
      memory.marker = step.marker;
      return step.marker;
    }
    if (step.do === 'refuse') throw new ConfigError(step.message);
    const waitMs = step.do === 'wait' ? LOOK_AGAIN_MS : await take(step, deps, stop);
    await sleep(waitMs, stop);
  }
  return undefined;
}

type Acting = Exclude<TablesStep, { do: 'serve' | 'refuse' | 'wait' }>;

/** Does one step, and says how long to wait until it shows. */
async function take(step: Acting, { services, memory, say }: SettleDeps, stop: AbortSignal): Promise<number> {
  const result = await actOnTables(step, services, stop);
  if (step.do === 'changeTable' && result.kind !== 'lookAgain') memory.tried.add(`${step.role}/${step.change}`);
  if (result.kind === 'done' && result.marker) memory.marker = result.marker;
  const line = result.kind === 'done' ? lineFor(step) : undefined;
  if (line) say(line);
  return result.kind === 'lookAgain' || step.do === 'claimTable' ? LOOK_AGAIN_MS : NEXT_STEP_MS;
}

function knownFrom(marker: Marker | undefined): KnownTables {
  return {
    repositoryTable: marker?.repositoryTable,
    versionTable: undefined,
    epoch: marker?.epoch ?? 0,
    completedOnce: marker !== undefined && (marker.complete || marker.refill),
  };
}

function lineFor(step: Acting): string | undefined {
  if (step.do === 'createTable')
    return step.role === 'repository' && step.seen.complete
      ? 'the repository table is gone; it is made and filled anew'
      : `making the ${step.role} table`;
  if (step.do !== 'updateMarker') return undefined;
  switch (step.news) {
    case 'TableReplaced':
      return 'the repository table is another one than before; it is filled anew';
    case 'SourceChanged':
      return 'the source has changed; the index is filled anew from it';
    default:
      return undefined;
  }
}
