import { LRUCache } from 'lru-cache';
import type { Change } from '../../dynamodb/records/change-feed.ts';
import type { StoredRecord } from '../../dynamodb/records/record.ts';
import type { SearchEngine } from '../api.ts';
import type { Serializable } from '../archive.ts';
import { createDoubleColumn, createUint32Column } from '../engine/structures/column.ts';
import { createRounds, type Rounds } from './anti-entropy/rounds.ts';

/** Which write of a repository was read. */
interface Version {
  /** 0 when nothing of this epoch has been read. */
  readonly revision: number;
  readonly changedAtMs: number;
}

/** What a memory reads of a record. */
export type HeldRecord = Pick<StoredRecord, 'record' | 'reader' | 'epoch' | 'revision' | 'changedAtMs' | 'deleted'>;

/** One build of the tables in memory: an engine, and which version of every repository it holds. */
export interface Memory extends Serializable {
  readonly epoch: number;
  readonly engine: SearchEngine;
  readonly rounds: Rounds;
  /** Whether exactly this write has been read, so that it need not be read again. */
  knows(change: Change): boolean;
  /** Applies a record that is newer and of this epoch; returns whether it did. */
  apply(stored: HeldRecord): boolean;
  /** Whether a record is the version in memory, tombstones included. */
  holds(stored: HeldRecord): boolean;
  /** When the newest push was made that search shows of a repository; 0 where search does not show the repository. */
  pushedAtMs(name: string): number;
  /** Drops a repository that is not in the table; returns whether search showed it. */
  forget(name: string): boolean;
}

/** Usually more than the tombstones of a week. One that is evicted is read once more when the feed names it again. */
const HIDDEN_WRITES = 100_000;

/** An empty memory of one epoch. Versions of what search shows are columns by doc; the names are in the engine. */
export function createMemory(epoch: number, engine: SearchEngine): Memory {
  const revisions = createUint32Column();
  const times = createDoubleColumn();
  const rounds = createRounds(engine);
  /** Writes that show nothing: tombstones, and what other builds wrote. */
  const hidden = new LRUCache<string, Version>({ max: HIDDEN_WRITES });

  const held = (name: string): Version | undefined => {
    const doc = engine.docOf(name);
    if (doc === undefined) return hidden.get(name);
    return { revision: revisions.get(doc), changedAtMs: times.get(doc) };
  };

  const show = ({ record, revision, changedAtMs }: HeldRecord) => {
    const doc = engine.upsert(record);
    revisions.set(doc, revision);
    times.set(doc, changedAtMs);
    rounds.meet(record.name);
    hidden.delete(record.name);
  };

  const hide = ({ record, revision, changedAtMs }: HeldRecord) => {
    engine.remove(record.name);
    hidden.set(record.name, { revision, changedAtMs });
  };

  /** Remembers a write of another build, so that it is not read again. */
  const note = ({ record: { name }, changedAtMs }: HeldRecord) => {
    hidden.set(name, { revision: hidden.get(name)?.revision ?? 0, changedAtMs });
  };

  return {
    epoch,
    engine,
    rounds,
    knows: ({ name, changedAtMs }) =>
      held(name)?.changedAtMs === changedAtMs || hidden.get(name)?.changedAtMs === changedAtMs,
    apply(stored) {
      const isOurs = stored.epoch === epoch;
      if (!isOurs) note(stored);
      if (!isOurs || !supersedes(stored, held(stored.record.name))) return false;
      if (stored.deleted) hide(stored);
      else show(stored);
      return true;
    },
    holds({ record, revision, changedAtMs }) {
      const version = held(record.name);
      return version?.revision === revision && version.changedAtMs === changedAtMs;
    },
    pushedAtMs(name) {
      const doc = engine.docOf(name);
      return doc === undefined ? 0 : engine.pushedAtMs(doc);
    },
    forget(name) {
      const wasShown = engine.docOf(name) !== undefined;
      engine.remove(name);
      hidden.delete(name);
      return wasShown;
    },
    *serialize(archive) {
      yield* engine.serialize(archive);
      revisions.serialize(archive);
      times.serialize(archive);
      rounds.serialize(archive);
      hidden.load(JSON.parse(archive.text(JSON.stringify(hidden.dump()))));
    },
  };
}

/**
 * Revisions decide, because writers' clocks differ. A later time without a higher revision is a repository that was
 * created again after its tombstone had expired: its revisions begin at 1 and may have reached the same number.
 */
function supersedes(next: Version, known: Version | undefined): boolean {
  if (known === undefined || next.revision > known.revision) return true;
  return next.changedAtMs > known.changedAtMs;
}
