import type { Problem } from '../api/conditions.ts';
import type { RegistryIndex } from '../api/registry-index.ts';
import type { OperatorDeps } from './context.ts';

/** How long after a change of the resource its Secrets are likely to be made. */
const SOON_MS = 2 * 60_000;
const LOOK_SOON_MS = 5_000;
const LOOK_MS = 60_000;

const SECRET_REASONS: ReadonlySet<string> = new Set([
  'SecretNotFound',
  'SecretIncomplete',
  'CaBundleNotFound',
  'CaBundleInvalid',
]);

export function isAboutSecrets({ reason }: Problem): boolean {
  return SECRET_REASONS.has(reason);
}

/** When to look again for a Secret that is missing or incomplete; undefined for other problems. */
export function secretRecheckMs(
  { state, now }: Pick<OperatorDeps, 'state' | 'now'>,
  index: RegistryIndex,
  problem: Problem,
): number | undefined {
  if (!isAboutSecrets(problem)) return undefined;
  const { uid, generation } = index.metadata;
  const mine = state.of(uid);
  const nowMs = now().getTime();
  if (mine.seenGeneration?.generation !== generation)
    mine.seenGeneration = { generation, sinceMs: seenBefore(index) ? 0 : nowMs };
  return nowMs - mine.seenGeneration.sinceMs < SOON_MS ? LOOK_SOON_MS : LOOK_MS;
}

/** Whether a process before this one has seen the generation. */
function seenBefore({ metadata, status }: RegistryIndex): boolean {
  return status?.observedGeneration === metadata.generation;
}
