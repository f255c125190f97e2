import type { RepositoryRecord } from '../index/record.ts';
import { DEEPEST_HIT, type Hit, QueryRefused, type SearchEngine, type SearchPage, type SearchQuery } from './engine.ts';
import { fold } from './fold.ts';
import type { Query } from './query/query.ts';
import { compareHits, FIT, fitOf, type RankedHit, type SearchText } from './rank.ts';
import { createSortedNames } from './sorted-names.ts';

interface Entry {
  readonly slot: number;
  readonly record: RepositoryRecord;
  readonly text: SearchText;
}

/** An engine that looks through every repository for every query, of which it knows texts alone. */
export function createPlainEngine(): SearchEngine {
  const entries = new Map<string, Entry>();
  const names = createSortedNames();
  let version = 0;
  let slots = 0;

  return {
    upsert(record) {
      version += 1;
      const slot = entries.get(record.name)?.slot ?? slots++;
      entries.set(record.name, { slot, record, text: textOf(record) });
      names.add(record.name);
      return slot;
    },
    remove(name) {
      version += 1;
      if (entries.delete(name)) names.remove(name);
    },
    slotOf: (name) => entries.get(name)?.slot,
    search: (query) => searchAll(entries.values(), query),
    catalog({ last, limit }) {
      const found = names.after(last, limit + 1);
      return { names: found.slice(0, limit), more: found.length > limit };
    },
    suggest: () => [],
    size: () => ({ repositories: entries.size, tags: tagsOf(entries.values()) }),
    version: () => version,
  };
}

function tagsOf(entries: Iterable<Entry>): number {
  return [...entries].reduce((sum, { record }) => sum + record.tags.length, 0);
}

function textOf({ name, title, summary, labels }: RepositoryRecord): SearchText {
  const texts = [title, summary, ...Object.entries(labels).flat()];
  return { name: fold(name), texts: texts.filter((text) => text !== undefined).map(fold) };
}

function searchAll(entries: Iterable<Entry>, { query, start, limit }: SearchQuery): SearchPage {
  const offset = start.kind === 'offset' ? start.offset : Number(start.cursor);
  if (start.kind === 'offset' && offset + limit > DEEPEST_HIT) throw new QueryRefused('OFFSET_TOO_DEEP');
  if (!Number.isInteger(offset)) throw new QueryRefused('CURSOR_INVALID');
  const found = [];
  for (const { record, text } of entries) {
    const fit = fitOfAll(text, query);
    if (fit !== undefined) found.push({ ...hitOf(record), fit });
  }
  found.sort((a: RankedHit, b: RankedHit) => compareHits(a, b));
  const hits = found.slice(offset, offset + limit).map(({ fit: _, ...hit }) => hit);
  const end = offset + hits.length;
  return { total: found.length, hits, next: end < found.length ? String(end) : undefined, corrected: undefined };
}

/** A query is fit as well as its worst text. */
function fitOfAll(text: SearchText, { all, none }: Query) {
  const fits = [...all].map((one) => (one.kind === 'text' ? fitOf(text, one.text) : FIT.name));
  const isExcluded = none.some((one) => one.kind === 'text' && fitOf(text, one.text) !== undefined);
  if (isExcluded) return undefined;
  return fits.reduce(
    (worst, fit) => (worst === undefined || fit === undefined ? undefined : worstOf(worst, fit)),
    FIT.name,
  );
}

function worstOf<Fit extends number>(a: Fit, b: Fit): Fit {
  return a > b ? a : b;
}

function hitOf(record: RepositoryRecord): Hit {
  const { name, title, summary, types, platforms, referrers, isPrivate, pushedAtMs } = record;
  return { name, title, summary, types, platforms, referrers, isPrivate, pushedAtMs, tagCount: record.tags.length };
}
