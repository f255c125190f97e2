import type { StoredRecord } from '../../index/record.ts';
import type { Change } from '../../index/record-store.ts';
import type { SearchEngine } from '../engine.ts';

/** What was last read of one repository, tombstones and foreign records included. */
interface Version {
  /** 0 when nothing of this epoch was read yet. */
  readonly revision: number;
  readonly changedAtMs: number;
}

/** One filling of the tables in memory: an engine, and which version of every repository it holds. */
export interface Memory {
  readonly epoch: number;
  readonly engine: SearchEngine;
  /** Whether this very write was read before, so that it need not be read again. */
  knows(change: Change): boolean;
  /** Takes a record over if it is newer and of this epoch; says whether it did. */
  apply(stored: StoredRecord): boolean;
  /** Drops a repository that is not in the table at all; says whether search had shown it. */
  forget(name: string): boolean;
  /** Every name ever applied and not forgotten, tombstones included. */
  names(): Iterable<string>;
}

/** An empty memory of one epoch. */
export function createMemory(epoch: number, engine: SearchEngine): Memory {
  const versions = new Map<string, Version>();

  return {
    epoch,
    engine,
    knows: ({ name, changedAtMs }) => versions.get(name)?.changedAtMs === changedAtMs,
    apply(stored) {
      const { name } = stored.record;
      const known = versions.get(name);
      const applies = stored.epoch === epoch && supersedes(stored, known);
      const revision = applies ? stored.revision : (known?.revision ?? 0);
      versions.set(name, { revision, changedAtMs: stored.changedAtMs });
      if (applies) show(engine, stored);
      return applies;
    },
    forget(name) {
      const shown = engine.slotOf(name) !== undefined;
      versions.delete(name);
      engine.remove(name);
      return shown;
    },
    names: () => versions.keys(),
  };
}

/**
 * Revisions decide, because writers' clocks differ. A lower revision with a later time is a repository made anew after
 * its tombstone had expired, which counts from 1 again.
 */
function supersedes(next: Version, known: Version | undefined): boolean {
  if (known === undefined || next.revision > known.revision) return true;
  return next.revision < known.revision && next.changedAtMs > known.changedAtMs;
}

function show(engine: SearchEngine, { deleted, record }: StoredRecord): void {
  if (deleted) engine.remove(record.name);
  else engine.upsert(record);
}
