import { isFalse, isTrue, type Statement } from '../../api/conditions.ts';
import type { Marker } from '../../dynamodb/state/marker.ts';
import { after, done, stalled } from '../../kube/outcome.ts';
import { decideTables } from '../../table-lifecycle/decide.ts';
import { type ActResult, actOnTables } from '../../table-lifecycle/execute.ts';
import type { TablesObservation } from '../../table-lifecycle/observation.ts';
import { sameOwner } from '../../table-lifecycle/owner.ts';
import type { TablesStep } from '../../table-lifecycle/step.ts';
import type { Pass } from '../context.ts';
import type { Finding, StatusFields } from '../status/step-result.ts';
import { tellTables } from './events.ts';
import { mayAct } from './leading.ts';
import { observe } from './observe.ts';
import { forgetMended, letSettle, setAside } from './suppressed-changes.ts';

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
  forgetMended(pass, seen);
  const step = decideTables(seen);
  switch (step.do) {
    case 'serve':
      return withMarker(pass, seen, { statements: [tablesReady(pass)], outcome: done, marker: step.marker });
    case 'refuse':
      return refused(step);
    case 'wait':
      return withMarker(pass, seen, {
        statements: [notYet(`waiting for ${step.for}`)],
        outcome: after(WAIT_MS),
        marker: ownMarker(seen),
      });
    default:
      return withMarker(pass, seen, await act(pass, seen, step));
  }
}

type Acting = Exclude<TablesStep, { do: 'serve' | 'refuse' | 'wait' }>;

async function act(pass: Pass, seen: TablesObservation, step: Acting): Promise<TablesFinding> {
  const result: ActResult = mayAct(pass, step)
    ? await actOnTables(step, pass.services, pass.signal)
    : { kind: 'lookAgain' };
  if (step.do === 'changeTable') rememberChange(pass, step, result);
  if (result.kind === 'done') tellTables(pass, step);
  const serving = step.do === 'changeTable' || (step.do === 'updateMarker' && QUIET.has(step.news));
  return {
    statements: [serving ? tablesReady(pass) : notYet(describe(step))],
    outcome: after(result.kind === 'lookAgain' || step.do === 'claimTable' ? WAIT_MS : NEXT_STEP_MS),
    ...(result.kind === 'done' ? { status: begun(pass, result.versionTable) } : {}),
    marker: (result.kind === 'done' ? result.marker : undefined) ?? ownMarker(seen),
  };
}

/** Writes of the marker during which the tables serve as before. */
const QUIET: ReadonlySet<string> = new Set(['Renewed', 'Changing', 'Changed']);

function rememberChange(pass: Pass, step: Extract<Acting, { do: 'changeTable' }>, result: ActResult): void {
  const key = `${step.role}/${step.change}` as const;
  if (result.kind === 'setAside') setAside(pass, key, result);
  if (result.kind === 'done') letSettle(pass, key);
}

function ownMarker({ marker, claim }: TablesObservation): Marker | undefined {
  return marker.kind === 'ours' && sameOwner(marker.marker.owner, claim.owner) ? marker.marker : undefined;
}

function describe(step: Acting): string {
  if (step.do === 'createTable') return `making the ${step.role} table`;
  if (step.do === 'claimTable') return 'claiming the repository table';
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

/** From the first table on there is something to delete with the resource, though nothing is known of it yet. */
function begun({ index, settings }: Pass, identity: string | undefined): StatusFields {
  const { repositoryTable, versionTable } = settings.index;
  const { repository, version } = index.status?.tables ?? {};
  return {
    tables: {
      repository: repository ?? { name: repositoryTable },
      version: identity ? { name: versionTable, identity } : (version ?? { name: versionTable }),
    },
  };
}

/** The status remembers epoch and tables from the first moment that they are ours, in case the marker is ever lost. */
function withMarker(pass: Pass, seen: TablesObservation, finding: TablesFinding): TablesFinding {
  return finding.marker ? { ...finding, status: statusOf(pass, finding.marker, seen) } : finding;
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
