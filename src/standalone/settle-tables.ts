import { sleep } from '../async/sleep.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Marker } from '../index/marker.ts';
import { actOnTables } from '../operator/tables/act.ts';
import { decideTables } from '../operator/tables/decide.ts';
import {
  type ChangeKey,
  type Claim,
  type KnownTables,
  observeTables,
  type TableServices,
} from '../operator/tables/observation.ts';
import type { TablesStep } from '../operator/tables/step.ts';

export interface SettleDeps {
  readonly services: TableServices;
  readonly claim: Claim;
  /** Remembered while the process lives: without a cluster there is no status to keep it in. */
  readonly known: KnownTables;
  readonly say: (line: string) => void;
  readonly now: () => number;
}

const LOOK_AGAIN_MS = 500;

/**
 * Takes the operator's steps one after the other until the tables are ours and as they should be; undefined when
 * stopped before. Rejects with a ConfigError where the operator would set a condition for a person to act on.
 */
export async function settleTables(deps: SettleDeps, stop: AbortSignal): Promise<Marker | undefined> {
  const setAside = new Set<ChangeKey>();
  while (!stop.aborted) {
    const seen = await observeTables(deps.services, stop);
    const step = decideTables({ ...seen, claim: deps.claim, known: deps.known, setAside, nowMs: deps.now() });
    if (step.do === 'serve') return step.marker;
    if (step.do === 'refuse') throw new ConfigError(step.message);
    if (step.do === 'wait') await sleep(LOOK_AGAIN_MS, stop);
    else await take(step, { ...deps, setAside }, stop);
  }
  return undefined;
}

type Acting = Exclude<TablesStep, { do: 'serve' | 'refuse' | 'wait' }>;

async function take(step: Acting, deps: SettleDeps & { setAside: Set<ChangeKey> }, stop: AbortSignal): Promise<void> {
  const result = await actOnTables(step, deps.services, stop);
  if (result.kind === 'lookAgain') await sleep(LOOK_AGAIN_MS, stop);
  if (result.kind === 'setAside' && step.do === 'changeTable') deps.setAside.add(`${step.role}/${step.change}`);
  const line = result.kind === 'done' ? lineFor(step) : undefined;
  if (line) deps.say(line);
}

function lineFor(step: Acting): string | undefined {
  if (step.do === 'createTable') return `making the ${step.role} table`;
  if (step.do !== 'updateMarker') return undefined;
  switch (step.news) {
    case 'TableDeleted':
      return step.seen.complete ? 'the repository table is gone; it is made and filled anew' : undefined;
    case 'TableReplaced':
      return 'the repository table is another one than before; it is filled anew';
    case 'SourceChanged':
      return 'the source has changed; the index is filled anew from it';
    default:
      return undefined;
  }
}
