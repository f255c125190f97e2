import { isFalse, isTrue } from '../api/conditions.ts';
import type { RegistryIndex } from '../api/registry-index.ts';
import { settingsOf } from '../api/settings.ts';
import { done, type Outcome, stalled } from '../kube/outcome.ts';
import { admit, inactiveFields, type Refusal } from './admit.ts';
import { ensureBackfill } from './backfill/ensure-backfill.ts';
import { readCredentials } from './credentials.ts';
import { deleteTables, isAbandoned, letGo } from './delete-tables.ts';
import type { OperatorDeps } from './deps.ts';
import { failed } from './failure.ts';
import { hasFinalizer, setFinalizer, wantsFinalizer } from './finalizer.ts';
import type { Finding } from './finding.ts';
import type { Pass } from './pass.ts';
import { ensureSearch } from './search-service/ensure-search.ts';
import { nextStatus, writeStatus } from './status.ts';
import { mostUrgent } from './summary.ts';
import { tableSettings } from './table-settings.ts';
import { ensureTables, type TablesFinding } from './tables/ensure-tables.ts';
import { setAsideReasons } from './tables/set-aside.ts';

/**
 * One pass over one resource: look, do at most one step about each thing, say how it stands, and when to look again.
 * It waits for nothing and may be ended at any line: the next pass begins from what is there.
 */
export async function reconcile(deps: OperatorDeps, index: RegistryIndex, signal: AbortSignal): Promise<Outcome> {
  const findings = await survey(deps, index, signal);
  const outcome = mostUrgent(findings);
  const status = nextStatus(index, findings, { outcome, now: deps.now() });
  if (!isLeaving(index, outcome)) await writeStatus(deps, { index, status }, signal);
  if (outcome.kind === 'stalled') tellStall(deps, index, outcome);
  return outcome;
}

async function survey(deps: OperatorDeps, index: RegistryIndex, signal: AbortSignal): Promise<Finding[]> {
  const leaving = index.metadata.deletionTimestamp !== undefined;
  if (leaving && !hasFinalizer(index)) return [];
  if (leaving && isAbandoned(index)) return [await letGo(deps, index, signal)];
  if (index.spec.suspend && !leaving) return [suspended()];
  if (!leaving && wantsFinalizer(index) !== hasFinalizer(index))
    await setFinalizer(deps, { index, wanted: wantsFinalizer(index) }, signal);
  const pass = await begin(deps, index, signal);
  if ('reason' in pass) return [refused(pass)];
  return leaving ? [await deleteTables(pass)] : steps(pass);
}

async function begin(deps: OperatorDeps, index: RegistryIndex, signal: AbortSignal): Promise<Pass | Refusal> {
  const refusal = admit(index, deps.policy);
  if (refusal) return refusal;
  const credentials = await readCredentials(deps, index, signal);
  if ('reason' in credentials) return credentials;
  const settings = settingsOf(index.spec);
  const { uid, namespace, name } = index.metadata;
  const services = deps.pool.open(uid, {
    location: settings.index,
    settings: tableSettings(index.spec, { cluster: deps.cluster, namespace, name }),
    credentials: credentials.dynamodb,
  });
  return { deps, index, settings, services, signal };
}

/** The steps in the order the data flows. Search goes on while tables are made anew: it answers from memory. */
async function steps(pass: Pass): Promise<Finding[]> {
  const tables = await ensureTables(pass).catch(
    (error): TablesFinding => ({ ...failed('TablesReady', error), marker: undefined }),
  );
  const [backfill, search] = [await backfillStep(pass, tables), await searchStep(pass, tables)];
  return [tables, backfill, search, degraded(pass)];
}

async function backfillStep(pass: Pass, { marker, outcome, statements }: TablesFinding): Promise<Finding> {
  const ready = statements.some(({ type, status }) => type === 'TablesReady' && status === 'True');
  if (marker && ready) return ensureBackfill({ ...pass, marker }).catch((error) => failed('BackfillComplete', error));
  if (outcome.kind === 'retry') return { statements: [], outcome: done };
  return { statements: [isFalse('BackfillComplete', 'WaitingForTables')], outcome: done };
}

async function searchStep(pass: Pass, { marker }: TablesFinding): Promise<Finding> {
  const begun = marker !== undefined || pass.index.status?.epoch !== undefined;
  if (begun) return ensureSearch(pass).catch((error) => failed('SearchAvailable', error));
  return { statements: [isFalse('SearchAvailable', 'WaitingForTables')], outcome: done };
}

function degraded({ deps, index }: Pass): Finding {
  const inactive = inactiveFields(index.spec);
  const reasons = setAsideReasons(deps.memory.of(index.metadata.uid), deps.now().getTime());
  if (reasons.length > 0)
    return { statements: [isTrue('Degraded', 'SettingRefused', reasons.join('; '))], outcome: done };
  if (inactive.length === 0) return { statements: [isFalse('Degraded', 'AsExpected')], outcome: done };
  const message = `this version does not act on ${inactive.join(', ')} yet`;
  return { statements: [isTrue('Degraded', 'NotSupportedYet', message)], outcome: done };
}

function suspended(): Finding {
  const message = 'suspend is set: everything is left as it is';
  return { statements: [isFalse('Reconciling', 'Suspended', message)], outcome: stalled('Suspended', message) };
}

function refused({ reason, message }: Refusal): Finding {
  return { statements: [], outcome: stalled(reason, message) };
}

/** A resource that is let go has no status to write any more. */
function isLeaving({ metadata }: RegistryIndex, outcome: Outcome): boolean {
  return metadata.deletionTimestamp !== undefined && outcome.kind === 'done';
}

function tellStall(
  { events }: OperatorDeps,
  index: RegistryIndex,
  { reason, message }: { reason: string; message: string },
): void {
  events.record(index, {
    type: reason === 'Suspended' ? 'Normal' : 'Warning',
    reason,
    action: 'Reconcile',
    note: message,
  });
}
