import type { IndexMemory } from '../memory.ts';
import type { Pass } from '../pass.ts';
import type { ChangeKey } from './observation.ts';

/** How long a change that could not be made is left alone: services allow some changes a few times a day only. */
const SET_ASIDE_MS = 60 * 60_000;

export function setAside({ deps, index }: Pass, key: ChangeKey, why: string): void {
  const untilMs = deps.now().getTime() + SET_ASIDE_MS;
  deps.memory.of(index.metadata.uid).setAside.set(key, { why, untilMs });
}

export function setAsideKeys({ setAside: changes }: IndexMemory, nowMs: number): ReadonlySet<ChangeKey> {
  return new Set([...changes].filter(([, { untilMs }]) => untilMs > nowMs).map(([key]) => key));
}

/** Why settings of the tables are not as the resource says; empty when they are. */
export function setAsideReasons({ setAside: changes }: IndexMemory, nowMs: number): string[] {
  return [...changes.values()].filter(({ untilMs }) => untilMs > nowMs).map(({ why }) => why);
}
