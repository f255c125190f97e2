import type { ChangeMemory, IndexMemory } from '../memory.ts';
import type { Pass } from '../pass.ts';
import type { ChangeKey } from './observation.ts';

/** How long a change that could not be made is left alone: services allow some changes a few times a day only. */
const SET_ASIDE_MS = 60 * 60_000;
/** A change that was made may take this long to show, as tags do. */
const SETTLE_MS = 5_000;
/** Changes made further apart than this are two stories, not one that does not come to its end. */
const SAME_STORY_MS = 60_000;
const FRUITLESS_TRIES = 2;

/** Leaves a change alone that this endpoint refuses or does not know. */
export function setAside(pass: Pass, key: ChangeKey, why: string): void {
  remember(pass, key, { why, tries: 0, ms: SET_ASIDE_MS });
}

/**
 * Gives a change that was made time to show. One that is wanted again and again was accepted but not kept, as some
 * compatible services do: it is set aside too, so that nothing is sent for ever.
 */
export function letSettle(pass: Pass, key: ChangeKey): void {
  const { uid, generation } = pass.index.metadata;
  const before = pass.deps.memory.of(uid).changes.get(key);
  const sameStory = before?.generation === generation && before.untilMs + SAME_STORY_MS > pass.deps.now().getTime();
  const tries = (sameStory ? before.tries : 0) + 1;
  if (tries < FRUITLESS_TRIES) remember(pass, key, { why: undefined, tries, ms: SETTLE_MS });
  else setAside(pass, key, `this endpoint accepts a change of ${key.replace('/', ' table ')} but does not keep it`);
}

/** The changes that are left alone for now. What was learnt of another generation of the resource no longer counts. */
export function setAsideKeys(memory: IndexMemory, generation: number, nowMs: number): ReadonlySet<ChangeKey> {
  return new Set(current(memory, generation, nowMs).map(([key]) => key));
}

/** Why settings of the tables are not as the resource says; empty when they are. */
export function setAsideReasons(memory: IndexMemory, generation: number, nowMs: number): string[] {
  return current(memory, generation, nowMs).flatMap(([, { why }]) => (why === undefined ? [] : [why]));
}

function current({ changes }: IndexMemory, generation: number, nowMs: number): [ChangeKey, ChangeMemory][] {
  return [...changes].filter(([, entry]) => entry.untilMs > nowMs && entry.generation === generation);
}

function remember(
  { deps, index }: Pass,
  key: ChangeKey,
  { why, tries, ms }: { why: string | undefined; tries: number; ms: number },
): void {
  const { uid, generation } = index.metadata;
  deps.memory.of(uid).changes.set(key, { why, tries, generation, untilMs: deps.now().getTime() + ms });
}
