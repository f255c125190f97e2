import { removableOf } from '../../../api/mass-deletion.ts';
import { applyChanges, type LoadedIndex } from '../loaded-index.ts';

export interface AuditOptions {
  readonly index: LoadedIndex;
  /** When the build began; milliseconds since 1970, by the clock of the process that began it. */
  readonly startedAtMs: number;
  /** Reads the ownership record at once: whether the tables still hold the build that is in memory. */
  readonly stillHolds: (signal: AbortSignal) => Promise<boolean>;
  /** Called with the number of missing names when they are too many to forget yet. */
  readonly onDoubt: (names: number) => void;
}

/** One round: repairs the memory step by step, and yields how many repositories each step repaired. */
export type Audit = (signal: AbortSignal) => AsyncGenerator<number>;

/** Older entries belong to earlier builds; a day, because clocks differ. */
const CLOCKS_DIFFER_MS = 24 * 60 * 60_000;

/**
 * Compares the whole feed with the memory, one page a step, and repairs what differs. This finds what following the
 * feed has missed: late entries, changes by clocks that are far off, and tombstones that expired. When many
 * repositories are missing at once, someone may have replaced the table without a new ownership record; so they are
 * forgotten only when the next round misses them too.
 */
export function createAudit(options: AuditOptions): Audit {
  const { index, startedAtMs, onDoubt } = options;
  const { memory, shards, feed } = index;

  return async function* audit(signal) {
    memory.rounds.begin();
    for (const { shard } of shards) {
      for await (const page of feed.changes(shard, Math.max(0, startedAtMs - CLOCKS_DIFFER_MS), signal)) {
        for (const { name } of page) memory.rounds.meet(name);
        yield (await applyChanges(index, page, signal)).length;
      }
    }
    const missed = await count(memory.rounds.unmet(0));
    const missedBefore = missed <= removableOf(memory.engine.size().repositories) ? 0 : 1;
    const certain = missedBefore === 0 ? missed : await count(memory.rounds.unmet(missedBefore));
    if (certain < missed) onDoubt(missed - certain);
    for await (const names of memory.rounds.unmet(missedBefore)) {
      if (names.length > 0) yield await dropAbsent(options, names, signal);
    }
    memory.rounds.end();
  };
}

/** The number of names in all pages. */
async function count(pages: AsyncIterable<readonly string[]>): Promise<number> {
  let names = 0;
  for await (const page of pages) names += page.length;
  return names;
}

/**
 * Forgets the names that a consistent read does not find. The ownership record is read after the records: a table that
 * was replaced is empty as well, and by then has another build.
 */
async function dropAbsent(
  { index, stillHolds }: AuditOptions,
  names: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { memory, records } = index;
  const found = await records.readAll(names, signal);
  const applied = found.filter((stored) => memory.apply(stored)).length;
  if (!(await stillHolds(signal))) return applied;
  const present = new Set(found.map(({ record }) => record.name));
  return applied + names.filter((name) => !present.has(name) && memory.forget(name)).length;
}

/** Runs a round at an interval, some steps at a time between other work. */
export interface Auditor {
  /** Continues the round for a while, or begins one that is due; returns how many repositories it repaired. */
  goOn(signal: AbortSignal): Promise<number>;
  /** Makes the next round due at once. */
  hurry(): void;
  /** Whether a round has begun and not ended. */
  isUnderWay(): boolean;
}

export interface AuditorOptions {
  readonly begin: (signal: AbortSignal) => AsyncGenerator<number>;
  readonly intervalMs: number;
  /** How long to continue at a time; at least one step is taken. */
  readonly stretchMs: number;
  readonly now: () => number;
}

/** A round that fails begins again at the next step. */
export function createAuditor({ begin, intervalMs, stretchMs, now }: AuditorOptions): Auditor {
  let round: AsyncGenerator<number> | undefined;
  let dueAtMs = now() + intervalMs;

  const finish = () => {
    round = undefined;
    dueAtMs = now() + intervalMs;
  };

  const step = async (signal: AbortSignal): Promise<number> => {
    const current = round ?? begin(signal);
    round = undefined;
    const { done, value } = await current.next();
    if (done) finish();
    else round = current;
    return done ? 0 : value;
  };

  return {
    async goOn(signal) {
      if (!round && now() < dueAtMs) return 0;
      const endMs = now() + stretchMs;
      let repaired = await step(signal);
      while (round && now() < endMs) repaired += await step(signal);
      return repaired;
    },
    isUnderWay: () => round !== undefined,
    hurry() {
      dueAtMs = now();
    },
  };
}
