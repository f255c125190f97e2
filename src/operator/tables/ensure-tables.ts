import { isFalse, isTrue, type Statement } from '../../api/conditions.ts';
import { sourceIdentity } from '../../api/settings.ts';
import type { Marker } from '../../index/marker.ts';
import { after, done, stalled } from '../../kube/outcome.ts';
import type { Finding, StatusFields } from '../finding.ts';
import type { Pass } from '../pass.ts';
import { actOnTables } from './act.ts';
import { decideTables } from './decide.ts';
import { type KnownTables, observeTables, type TablesObservation } from './observation.ts';
import { setAside, setAsideKeys } from './set-aside.ts';
import type { TablesStep } from './step.ts';
import { tellTables } from './tell.ts';

const FEED_SHARDS = 8;
/** After a step: long enough for the next one to see it, short enough that nobody waits. */
const NEXT_STEP_MS = 200;
const WAIT_MS = 1_000;

export interface TablesFinding extends Finding {
  /** Undefined until the tables are ours. */
  readonly marker: Marker | undefined;
}

/** Looks at both tables and the marker and does the one next step about them. */
export async function ensureTables(pass: Pass): Promise<TablesFinding> {
  const seen = await observe(pass);
  const step = decideTables(seen);
  const marker = seen.marker.kind === 'ours' ? seen.marker.marker : undefined;
  switch (step.do) {
    case 'serve':
      return { statements: [tablesReady(pass)], status: statusOf(pass, step.marker, seen), outcome: done, marker };
    case 'refuse':
      return refused(step);
    case 'wait':
      return { statements: [notYet(`waiting for ${step.for}`)], outcome: after(WAIT_MS), marker };
    default:
      return { ...(await act(pass, step)), marker };
  }
}

/** What this pass sees, and what the status remembers of earlier ones. */
export async function observe(pass: Pass): Promise<TablesObservation> {
  const { deps, index, services, signal, settings } = pass;
  const nowMs = deps.now().getTime();
  return {
    ...(await observeTables(services, signal)),
    known: knownTables(index.status),
    claim: {
      owner: { cluster: deps.cluster, namespace: index.metadata.namespace, name: index.metadata.name },
      source: sourceIdentity(settings.source),
      adoptIfOwnerGone: index.spec.adoptionPolicy === 'IfOwnerGone',
      feedShards: FEED_SHARDS,
    },
    setAside: setAsideKeys(deps.memory.of(index.metadata.uid), nowMs),
    nowMs,
  };
}

export function knownTables(status: Pass['index']['status']): KnownTables {
  return {
    repositoryTable: status?.tables?.repository?.identity,
    epoch: status?.epoch ?? 0,
    completedOnce: status?.backfill?.completedAt !== undefined || (status?.epoch ?? 0) > 1,
  };
}

type Acting = Exclude<TablesStep, { do: 'serve' | 'refuse' | 'wait' }>;

async function act(pass: Pass, step: Acting): Promise<Finding> {
  const result = await actOnTables(step, pass.services, pass.signal);
  if (result.kind === 'setAside' && step.do === 'changeTable')
    setAside(pass, `${step.role}/${step.change}`, result.why);
  if (result.kind === 'done') tellTables(pass, step);
  const changesOnly = step.do === 'changeTable' || (step.do === 'updateMarker' && QUIET.has(step.news));
  return {
    statements: [changesOnly ? tablesReady(pass) : notYet(describe(step))],
    outcome: after(result.kind === 'lookAgain' ? WAIT_MS : NEXT_STEP_MS),
  };
}

/** Writes of the marker during which the tables serve as before. */
const QUIET: ReadonlySet<string> = new Set(['Renewed', 'Changing', 'Changed', 'Adopted']);

function describe(step: Acting): string {
  if (step.do === 'createTable') return `making the ${step.role} table`;
  return step.do === 'claim' ? 'claiming the version table' : 'preparing the tables';
}

function refused({ reason, message }: Extract<TablesStep, { do: 'refuse' }>): TablesFinding {
  return {
    statements: [isFalse('TablesReady', reason, message)],
    outcome: stalled(reason, message),
    marker: undefined,
  };
}

function notYet(message: string): Statement {
  return isFalse('TablesReady', 'CreatingTables', message);
}

function tablesReady({ settings }: Pass): Statement {
  const { repositoryTable, versionTable, region } = settings.index;
  return isTrue('TablesReady', 'Active', `${repositoryTable} and ${versionTable} in ${region}`);
}

function statusOf({ settings }: Pass, marker: Marker, { version }: TablesObservation): StatusFields {
  const { repositoryTable, versionTable } = settings.index;
  const versionIdentity = version.kind === 'present' ? { identity: version.identity } : {};
  return {
    epoch: marker.epoch,
    tables: {
      repository: { name: repositoryTable, ...(marker.repositoryTable ? { identity: marker.repositoryTable } : {}) },
      version: { name: versionTable, ...versionIdentity },
    },
  };
}
