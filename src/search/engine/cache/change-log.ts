import { uint32At } from '../structures/typed.ts';

/** The docs that are written while a query lets others have a turn, and those that were written lately. */
export interface ChangeLog {
  /** `onlyGained`: see `Upserted`. */
  written(doc: number, onlyGained?: boolean): void;
  /** How many writes there were. */
  version(): number;
  /** The docs written since a version; undefined where one of them did more than gain tags, or they are too many. */
  gainedSince(version: number): ReadonlySet<number> | undefined;
  watch(): Watch;
  /** Calls `then` when no query watches any more. */
  whenUnwatched(then: () => void): void;
}

export interface Watch {
  /** Docs written since the watch began; the query takes them out as it rechecks them. */
  readonly docs: Set<number>;
  end(): void;
}

/** To look at so many docs takes as long as most queries do at 100,000 repositories. */
const LATEST = 256;

export function createChangeLog(): ChangeLog {
  /** The docs of the latest writes; that of the write that made version 1 is the first. */
  const latest = new Uint32Array(LATEST);
  let version = 0;
  /** After the latest write that did more than gain tags. */
  let changedVersion = 0;
  const watches = new Set<Set<number>>();
  const waiting: (() => void)[] = [];

  const end = (docs: Set<number>) => {
    watches.delete(docs);
    if (watches.size > 0) return;
    for (const then of waiting.splice(0)) then();
  };

  return {
    written(doc, onlyGained = false) {
      latest[version % LATEST] = doc;
      version += 1;
      if (!onlyGained) changedVersion = version;
      for (const docs of watches) docs.add(doc);
    },
    version: () => version,
    gainedSince(since) {
      if (since < changedVersion || version - since > LATEST) return undefined;
      const docs = new Set<number>();
      for (let at = since; at < version; at += 1) docs.add(uint32At(latest, at % LATEST));
      return docs;
    },
    watch() {
      const docs = new Set<number>();
      watches.add(docs);
      return { docs, end: () => end(docs) };
    },
    whenUnwatched(then) {
      if (watches.size > 0) waiting.push(then);
      else then();
    },
  };
}
