import { createHash } from 'node:crypto';
import { mapOrdered } from '../async/map-ordered.ts';
import { sleep } from '../async/sleep.ts';
import { compareRepository, type Difference, inBoth } from './compare.ts';
import type { Inventory, RepositoryTags } from './inventory.ts';

export interface VerifyOptions {
  readonly index: Inventory;
  /** What the index should be like. */
  readonly truth: Inventory;
  /** How long to wait between two looks at what differs: as long as the index may take to follow a change. */
  readonly settleMs: number;
  /** Repositories looked at once more at the same time. */
  readonly concurrency: number;
  /** Repositories of the truth that were compared so far, of about as many. */
  readonly onProgress?: (compared: number, total: number) => void;
}

export interface Verification {
  readonly repositories: number;
  readonly tags: number;
  /** Tags that were left out because it could not be found out what they point to. */
  readonly unresolved: number;
  /** Sorted by repository and tag. */
  readonly differences: readonly Difference[];
}

/**
 * Compares the index with another place once. What seems to differ is looked at twice more, and counts only if it
 * differs in the same way both times: so what changes meanwhile is no difference. Rejects with what the two places
 * reject with.
 */
export async function verify(options: VerifyOptions, signal: AbortSignal): Promise<Verification> {
  const { index, truth, settleMs, onProgress } = options;
  const unmet = await fingerprintsOf(index, signal);
  const total = unmet.size;
  const suspects: string[] = [];
  const counts = { repositories: 0, tags: 0, unresolved: 0 };
  for await (const repository of truth.all(signal)) {
    const { name, tags, unresolved } = repository;
    if (unmet.get(name) !== fingerprintOf(repository)) suspects.push(name);
    unmet.delete(name);
    counts.repositories += Number(tags.size > 0);
    counts.tags += tags.size;
    counts.unresolved += unresolved.size;
    onProgress?.(counts.repositories, Math.max(total, counts.repositories));
  }
  const first = await look(options, [...suspects, ...unmet.keys()], signal);
  if (first.length === 0) return { ...counts, differences: [] };
  await sleep(settleMs, signal);
  signal.throwIfAborted();
  const second = await look(options, new Set(first.map(({ repository }) => repository)), signal);
  return { ...counts, differences: inBoth(first, second) };
}

async function fingerprintsOf(index: Inventory, signal: AbortSignal): Promise<Map<string, string | undefined>> {
  const found = new Map<string, string | undefined>();
  for await (const repository of index.all(signal)) found.set(repository.name, fingerprintOf(repository));
  return found;
}

/** Equal for equal tags; undefined without any. A hash, because an index may have millions of tags. */
function fingerprintOf({ tags }: RepositoryTags): string | undefined {
  if (tags.size === 0) return undefined;
  const lines = [...tags].map(([tag, digest]) => `${tag} ${digest}\n`);
  return createHash('sha256').update(lines.toSorted().join('')).digest('base64url').slice(0, 22);
}

async function look(
  { index, truth, concurrency }: VerifyOptions,
  names: Iterable<string>,
  signal: AbortSignal,
): Promise<Difference[]> {
  const compare = async (name: string) => {
    const [actual, indexed] = [await truth.read(name, signal), await index.read(name, signal)];
    return compareRepository({ indexed, actual });
  };
  const found: Difference[] = [];
  for await (const differences of mapOrdered([...names].toSorted(), concurrency, compare)) {
    signal.throwIfAborted();
    found.push(...differences);
  }
  return found;
}
