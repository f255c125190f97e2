import { randomBytes } from 'node:crypto';
import type { IndexerProcess } from '../../dynamodb/state/event-report.ts';

export interface IndexerWatchOptions {
  /** Of this indexer; the same after a restart. */
  readonly identity: string;
  /** Another indexer that has not beaten for so long has died. */
  readonly overdueMs: number;
  /** Milliseconds of a monotonic clock. */
  readonly elapsedMs: () => number;
}

/**
 * Finds out which indexers have ended without saying so: one that comes back finds what its former run has left, and
 * others see that it beats no more. Each is judged by the watcher's own clock, as leases of Kubernetes are.
 */
export interface IndexerWatch {
  /**
   * The stored indexers with this one's next beat, and without those that died. May be called again before `stored`.
   */
  beat(known: readonly IndexerProcess[]): { readonly indexers: readonly IndexerProcess[]; readonly died: number };
  /** The last beat is in the table. */
  stored(): void;
  /** Without this one, which ends in order. */
  leave(known: readonly IndexerProcess[]): readonly IndexerProcess[];
}

export function createIndexerWatch({ identity, overdueMs, elapsedMs }: IndexerWatchOptions): IndexerWatch {
  const run = randomBytes(4).toString('hex');
  const seen = new Map<string, { readonly beat: string; readonly atMs: number }>();
  let isStored = false;

  const hasDied = ({ identity: other, run: otherRun, beats }: IndexerProcess) => {
    const beat = `${otherRun} ${beats}`;
    const before = seen.get(other);
    if (before?.beat === beat) return elapsedMs() - before.atMs >= overdueMs;
    seen.set(other, { beat, atMs: elapsedMs() });
    return false;
  };

  return {
    beat(known) {
      const others = known.filter((each) => each.identity !== identity);
      const living = others.filter((each) => !hasDied(each));
      const own = known.find((each) => each.identity === identity);
      const isFormer = own !== undefined && own.run !== run && !isStored;
      const beats = own?.run === run ? own.beats + 1 : 1;
      return {
        indexers: [...living, { identity, run, beats }],
        died: others.length - living.length + Number(isFormer),
      };
    },
    stored() {
      isStored = true;
    },
    leave: (known) => known.filter((each) => each.run !== run),
  };
}
