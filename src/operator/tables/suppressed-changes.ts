import type { TableRole } from '../../dynamodb/tables/tables.ts';
import type { ChangeKey, TablesObservation } from '../../table-lifecycle/observation.ts';
import type { ReconcileContext } from '../context.ts';
import type { ResourceState, SuppressedChange } from '../state.ts';

/** How long a change that could not be made is not tried again: services allow some changes a few times a day only. */
const SUPPRESSED_MS = 60 * 60_000;
/**
 * How long one is left alone that may be possible soon: DynamoDB answers alike when it is busy and when it limits
 * changes.
 */
const SUPPRESSED_BRIEFLY_MS = 5 * 60_000;
/** A change may take this long to show, as those of tags do. */
const PROPAGATION_MS = 5_000;
/** The same change after a longer time is a new one, and no sign that the first was not kept. */
const RETRY_WINDOW_MS = 60_000;
const MAX_TRIES = 2;
const ROLES: readonly TableRole[] = ['version', 'repository'];

/** Keeps a change that this endpoint refuses or does not know from being tried at every reconciliation. */
export function suppressChange(context: ReconcileContext, key: ChangeKey, { why, retryable }: Obstacle): void {
  remember(context, key, { why, tries: 0, ms: retryable ? SUPPRESSED_BRIEFLY_MS : SUPPRESSED_MS });
}

interface Obstacle {
  readonly why: string;
  readonly retryable: boolean;
}

/**
 * Gives a change that was made time to show. Some compatible services accept a change and do not keep it: after a
 * second try it is suppressed too, so that it is not sent for ever. The obstacle of an earlier try is shown until then.
 */
export function awaitPropagation(context: ReconcileContext, key: ChangeKey): void {
  const { uid, generation } = context.index.metadata;
  const known = context.deps.state.of(uid).suppressedChanges.get(key);
  const before = known?.generation === generation ? known : undefined;
  const isRetry = before !== undefined && before.untilMs + RETRY_WINDOW_MS > context.deps.now().getTime();
  const tries = (isRetry ? before.tries : 0) + 1;
  if (tries < MAX_TRIES) remember(context, key, { why: before?.why, tries, ms: PROPAGATION_MS });
  else {
    const why = `this endpoint accepts a change of ${key.replace('/', ' table ')} but does not keep it`;
    suppressChange(context, key, { why, retryable: false });
  }
}

/** Forgets the obstacles of changes that are no longer needed. What differs is known of active tables alone. */
export function clearResolved({ deps, index }: ReconcileContext, seen: Pick<TablesObservation, TableRole>): void {
  const { suppressedChanges } = deps.state.of(index.metadata.uid);
  for (const role of ROLES) {
    const table = seen[role];
    if (table.kind === 'missing' || table.status !== 'active') continue;
    const wanted = new Set<string>(table.drift.map((change) => `${role}/${change}`));
    for (const [key, { why }] of suppressedChanges)
      if (why !== undefined && key.startsWith(`${role}/`) && !wanted.has(key)) suppressedChanges.delete(key);
  }
}

/** The changes that are not to be tried now. */
export function suppressedKeys(state: ResourceState, generation: number, nowMs: number): ReadonlySet<ChangeKey> {
  const waiting = current(state, generation).filter(([, { untilMs }]) => untilMs > nowMs);
  return new Set(waiting.map(([key]) => key));
}

/** Why settings of the tables are not as the resource says; empty if they are. Shown until a new try is answered. */
export function suppressionReasons(state: ResourceState, generation: number): string[] {
  return current(state, generation).flatMap(([, { why }]) => (why === undefined ? [] : [why]));
}

/** Entries of this generation of the resource: another generation may want something else. */
function current({ suppressedChanges }: ResourceState, generation: number): [ChangeKey, SuppressedChange][] {
  return [...suppressedChanges].filter(([, entry]) => entry.generation === generation);
}

function remember(
  { deps, index }: ReconcileContext,
  key: ChangeKey,
  { why, tries, ms }: { why: string | undefined; tries: number; ms: number },
): void {
  const { uid, generation } = index.metadata;
  deps.state.of(uid).suppressedChanges.set(key, { why, tries, generation, untilMs: deps.now().getTime() + ms });
}
