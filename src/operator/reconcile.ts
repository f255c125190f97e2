import { isFalse } from '../api/conditions.ts';
import { ABANDON_ANNOTATION } from '../api/names.ts';
import type { RegistryIndex } from '../api/registry-index.ts';
import { settingsOf } from '../api/settings.ts';
import { placeOf } from '../aws/place.ts';
import { after, done, type Outcome, retry, stalled } from '../kube/outcome.ts';
import { tableSettings } from '../table-lifecycle/table-settings.ts';
import { ensureBackfill } from './backfill/ensure-backfill.ts';
import type { Pass } from './context.ts';
import { readCredentials } from './credentials.ts';
import { deleteTables, letGo, mayLeave } from './deletion/delete-tables.ts';
import { ensureFinalizer, hasFinalizer } from './deletion/finalizer.ts';
import type { OperatorDeps } from './deps.ts';
import { ensureResync } from './resync/ensure-resync.ts';
import { suspendResync } from './resync/suspend.ts';
import { ensureSearch } from './search-service/ensure-search.ts';
import { degraded } from './status/degraded.ts';
import { describeFailure, failed } from './status/failure.ts';
import { nextStatus, writeStatus } from './status/status.ts';
import type { Finding } from './status/step-result.ts';
import { inTime } from './status/step-timeout.ts';
import { mostUrgent } from './status/summary.ts';
import { isSuspended } from './status/suspension.ts';
import { ensureTables, type TablesFinding } from './tables/ensure-tables.ts';
import { admit, type Refusal } from './validation/validate.ts';

/** The cache does not show our last write of the status yet: what it remembers of the pass before would be lost. */
const CACHE_BEHIND_MS = 50;
/** Our own write of the status is no reason to look again, so the next look is asked for. */
const REMEMBERED_SOON_MS = 200;

/**
 * One pass over one resource: look, do at most one step about each thing, say how it stands, and when to look again.
 * It waits for nothing and may be ended at any line: the next pass begins from what is there.
 */
export async function reconcile(deps: OperatorDeps, index: RegistryIndex, signal: AbortSignal): Promise<Outcome> {
  const memory = deps.memory.of(index.metadata.uid);
  if (memory.outdated === index.metadata.resourceVersion) return after(CACHE_BEHIND_MS);
  const findings = await survey(deps, index, signal);
  const outcome = mostUrgent(findings);
  const status = nextStatus(index, findings, { outcome, now: deps.now() });
  const written = !isLeaving(index, outcome) && (await writeStatus(deps, { index, status }, signal));
  if (written) memory.outdated = index.metadata.resourceVersion;
  if (outcome.kind === 'stalled') tellStall(deps, index, outcome);
  return outcome;
}

async function survey(deps: OperatorDeps, index: RegistryIndex, signal: AbortSignal): Promise<Finding[]> {
  const leaving = index.metadata.deletionTimestamp !== undefined;
  if (leaving && !hasFinalizer(index)) return [];
  if (leaving && mayLeave(index)) return [await letGo(deps, index, signal)];
  if (isSuspended(index)) return [await suspendResync(deps, index, signal)];
  const pass = await begin(deps, index, signal).catch((error) => failed('TablesReady', error));
  if ('statements' in pass) return [pass];
  if ('reason' in pass) return [refused(pass, leaving), ...(leaving ? [] : [await rest(deps, index, signal)])];
  if (leaving) return [await limited(pass, 'tables', deleteTables).catch((error) => failed('TablesReady', error))];
  await ensureFinalizer(deps, index, signal);
  return steps(pass);
}

async function begin(deps: OperatorDeps, index: RegistryIndex, signal: AbortSignal): Promise<Pass | Refusal> {
  const refusal = admit(index, deps.policy);
  if (refusal) return refusal;
  const question = { asked: API_SERVER, about: 'the Secrets' };
  const credentials = await inTime(signal, question, (soon) => readCredentials(deps, index, soon));
  if ('reason' in credentials) return credentials;
  const settings = settingsOf(index.spec);
  const { uid, namespace, name } = index.metadata;
  const services = deps.pool.open(uid, {
    location: settings.index,
    settings: tableSettings(index.spec, {
      owner: { cluster: deps.cluster, namespace, name },
      versionTable: settings.index.versionTable,
    }),
    credentials: credentials.operator,
  });
  return { deps, index, settings, services, podSecrets: credentials.pods, signal };
}

const API_SERVER = 'the API server';

/** A step that hangs ends by itself, and the ones after it have their turn. */
function limited<P extends Pass, T>(pass: P, step: Step, run: (pass: P) => Promise<T>): Promise<T> {
  const asked = step === 'search' ? API_SERVER : placeOf('DynamoDB', pass.settings.index);
  return inTime(pass.signal, { asked, about: `the ${step}` }, (signal) => run({ ...pass, signal }));
}

type Step = 'tables' | 'backfill' | 'search' | 'resync';

/** The steps in the order the data flows. Search goes on while tables are made anew: it answers from memory. */
async function steps(pass: Pass): Promise<Finding[]> {
  const tables = await limited(pass, 'tables', ensureTables).catch(
    (error): TablesFinding => ({ ...failed('TablesReady', error), marker: undefined }),
  );
  const backfill = await backfillStep(pass, tables);
  const search = await searchStep(pass, tables);
  const resync = await resyncStep(pass, tables);
  const findings = [tables, backfill, search, resync];
  return [...findings, degraded(pass, findings)];
}

/**
 * An epoch is remembered in the status before anything is started for it: should the marker be lost after that, the
 * next epoch is another one, and what still works for this one is shut out.
 */
async function backfillStep(pass: Pass, { marker, outcome, statements }: TablesFinding): Promise<Finding> {
  if (outcome.kind === 'retry') return { statements: [], outcome: done };
  const ready = statements.some(({ type, status }) => type === 'TablesReady' && status === 'True');
  const remembered = marker?.epoch === pass.index.status?.epoch;
  if (marker && ready && remembered)
    return limited({ ...pass, marker }, 'backfill', ensureBackfill).catch((error) => failed('BackfillComplete', error));
  const waiting = [isFalse('BackfillComplete', 'WaitingForTables')];
  return { statements: waiting, outcome: ready ? after(REMEMBERED_SOON_MS) : done };
}

/** There is something to compare with as soon as the tables are filled, and nothing while they are not ours. */
async function resyncStep(pass: Pass, { marker, outcome }: TablesFinding): Promise<Finding> {
  if (outcome.kind === 'stalled') return rest(pass.deps, pass.index, pass.signal);
  if (!marker?.complete || outcome.kind === 'retry') return { statements: [], outcome: done };
  return limited({ ...pass, marker }, 'resync', ensureResync).catch((error) => {
    return { statements: [], complaint: describeFailure(error), outcome: retry(error) };
  });
}

async function searchStep(pass: Pass, { marker }: TablesFinding): Promise<Finding> {
  const begun = marker !== undefined || pass.index.status?.epoch !== undefined;
  if (begun)
    return limited(pass, 'search', (soon) => ensureSearch(soon, marker)).catch((error) =>
      failed('SearchAvailable', error),
    );
  return { statements: [isFalse('SearchAvailable', 'WaitingForTables')], outcome: done };
}

function refused({ reason, message }: Refusal, leaving: boolean): Finding {
  const way = leaving ? `; or annotate the resource with ${ABANDON_ANNOTATION}=true to leave its tables behind` : '';
  return { statements: [], outcome: stalled(reason, message + way) };
}

/** What is refused goes on as it is, and starts nothing more: neither with an endpoint nor with keys that do not count. */
async function rest(deps: OperatorDeps, index: RegistryIndex, signal: AbortSignal): Promise<Finding> {
  return suspendResync(deps, index, signal).catch((error) => ({ statements: [], outcome: retry(error) }));
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
    type: 'Warning',
    reason,
    action: 'Reconcile',
    note: message,
  });
}
