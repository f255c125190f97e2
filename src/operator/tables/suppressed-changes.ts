import type { TableRole } from '../../dynamodb/tables/tables.ts';
import type { ChangeKey, TablesObservation } from '../../table-lifecycle/observation.ts';
import type { Pass } from '../context.ts';
import type { ChangeMemory, IndexMemory } from '../state.ts';

/** How long a change that could not be made is left alone: services allow some changes a few times a day only. */
const SET_ASIDE_MS = 60 * 60_000;
/** Also for one that may soon be possible: DynamoDB limits changes, and says so as it does of a busy moment. */
const SET_ASIDE_BRIEFLY_MS = 5 * 60_000;
/** A change that was made may take this long to show, as tags do. */
const SETTLE_MS = 5_000;
/** Changes made further apart than this are two stories, not one that does not come to its end. */
const SAME_STORY_MS = 60_000;
const FRUITLESS_TRIES = 2;
const ROLES: readonly TableRole[] = ['version', 'repository'];

/** Leaves a change alone that this endpoint refuses or does not know. */
export function setAside(pass: Pass, key: ChangeKey, { why, passing }: Hindrance): void {
  remember(pass, key, { why, tries: 0, ms: passing ? SET_ASIDE_BRIEFLY_MS : SET_ASIDE_MS });
}

interface Hindrance {
  readonly why: string;
  readonly passing: boolean;
}

/**
 * Gives a change that was made time to show. One that is wanted again and again was accepted but not kept, as some
 * compatible services do: it is set aside too, so that nothing is sent for ever. What hindered it before is said until
 * then.
 */
export function letSettle(pass: Pass, key: ChangeKey): void {
  const { uid, generation } = pass.index.metadata;
  const known = pass.deps.memory.of(uid).changes.get(key);
  const before = known?.generation === generation ? known : undefined;
  const sameStory = before !== undefined && before.untilMs + SAME_STORY_MS > pass.deps.now().getTime();
  const tries = (sameStory ? before.tries : 0) + 1;
  if (tries < FRUITLESS_TRIES) remember(pass, key, { why: before?.why, tries, ms: SETTLE_MS });
  else {
    const why = `this endpoint accepts a change of ${key.replace('/', ' table ')} but does not keep it`;
    setAside(pass, key, { why, passing: false });
  }
}

/** Forgets what hindered a change that nobody has to make any more. Only of an active table it is known what differs. */
export function forgetMended({ deps, index }: Pass, seen: Pick<TablesObservation, TableRole>): void {
  const { changes } = deps.memory.of(index.metadata.uid);
  for (const role of ROLES) {
    const table = seen[role];
    if (table.kind === 'missing' || table.status !== 'active') continue;
    const wanted = new Set<string>(table.drift.map((change) => `${role}/${change}`));
    for (const [key, { why }] of changes)
      if (why !== undefined && key.startsWith(`${role}/`) && !wanted.has(key)) changes.delete(key);
  }
}

/** The changes that are left alone for now. */
export function setAsideKeys(memory: IndexMemory, generation: number, nowMs: number): ReadonlySet<ChangeKey> {
  const waiting = current(memory, generation).filter(([, { untilMs }]) => untilMs > nowMs);
  return new Set(waiting.map(([key]) => key));
}

/** Why settings of the tables are not as the resource says; empty when they are. Said until a new try has its answer. */
export function setAsideReasons(memory: IndexMemory, generation: number): string[] {
  return current(memory, generation).flatMap(([, { why }]) => (why === undefined ? [] : [why]));
}

/** What was learnt of another generation of the resource no longer counts. */
function current({ changes }: IndexMemory, generation: number): [ChangeKey, ChangeMemory][] {
  return [...changes].filter(([, entry]) => entry.generation === generation);
}

function remember(
  { deps, index }: Pass,
  key: ChangeKey,
  { why, tries, ms }: { why: string | undefined; tries: number; ms: number },
): void {
  const { uid, generation } = index.metadata;
  deps.memory.of(uid).changes.set(key, { why, tries, generation, untilMs: deps.now().getTime() + ms });
}
