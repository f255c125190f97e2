import type { SearchEngine } from '../engine.ts';
import { encode, sliceOf } from './bytes.ts';
import { createIndex } from './engine-index.ts';
import type { Keeping } from './keeping.ts';
import { createKeptPages } from './kept-pages.ts';
import { createKeptSets } from './kept-sets.ts';
import { createKeptTexts } from './kept-texts.ts';
import { listNames, suggestNames } from './list-names.ts';
import { search } from './search.ts';
import { createSetPool } from './set-pool.ts';
import { createSizes } from './sizes.ts';
import { createSlicer } from './slices.ts';
import { createStandings } from './standings.ts';
import { createViews } from './views.ts';
import { removeSlot, type Upserted, upsertRecord } from './write.ts';
import { createWrites } from './writes.ts';

/** Well below 5 ms, for the last step of a slice may take a while as well. */
const SLICE_MS = 2;

const EVERYTHING = { showPrivate: true };

const FEW = 128;
/** To look at a slot takes as long as so many entries of lists. */
const ENTRIES_A_SLOT = 64;

function areFew(slots: number, entries: number): boolean {
  return slots <= FEW && slots * ENTRIES_A_SLOT <= entries;
}

/** As measured. */
const KEEPING: Keeping = { most: 400, fewLists: 16, slotsAList: 1_000 };

/**
 * An empty index in memory; see `SearchEngine`. A query lets others have a turn after each `sliceMs`; for `isFew` see
 * `Question`.
 */
export function createSearchEngine({ sliceMs = SLICE_MS, isFew = areFew, keeping = KEEPING } = {}): SearchEngine {
  const index = createIndex();
  const { repositories } = index;
  const writes = createWrites();
  const views = createViews(index, writes);
  const keptPages = createKeptPages(index);
  const standings = createStandings();
  const newSets = createSetPool(repositories.end);
  const keptSets = createKeptSets({ index, writes, newSets });
  const keptTexts = createKeptTexts({ index, writes, newSets, keeping });
  const deps = { index, views, writes, keptTexts, keptSets, keptPages, standings, newSets, isFew };
  const inSlices = createSlicer(sliceMs);
  const sizes = createSizes(repositories);

  const find = (name: string) => repositories.find(sliceOf(encode(name)));
  const written = (upserted: Upserted) => {
    const { slot, hasNewTexts } = upserted;
    views.written(slot);
    if (hasNewTexts) keptTexts.written(slot);
    keptSets.written(slot);
    writes.written(slot);
    standings.written(upserted);
  };

  return {
    upsert(record) {
      const slot = repositories.add(index.writer.encode(record.name));
      sizes.leave(slot);
      const mendPages = keptPages.beforeWrite(slot);
      const upserted = upsertRecord(index, slot, record);
      sizes.enter(slot);
      written(upserted);
      mendPages(upserted);
      return slot;
    },
    remove(name) {
      const slot = find(name);
      if (slot < 0) return;
      sizes.leave(slot);
      const mendPages = keptPages.beforeWrite(slot);
      removeSlot(index, slot);
      const removed = { slot, hasNewTexts: true, hasNewSight: true };
      written(removed);
      mendPages(removed);
    },
    slotOf(name) {
      const slot = find(name);
      return slot < 0 ? undefined : slot;
    },
    search: (query, signal) => inSlices(search(deps, query), signal),
    catalog: (query, signal) => inSlices(listNames(deps, query), signal),
    suggest: (query, signal) => inSlices(suggestNames(deps, query), signal),
    size: (seen = EVERYTHING) => sizes.of(seen),
  };
}
