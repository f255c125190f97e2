import type { RepositoryRecord } from '../index/record.ts';
import type { SearchEngine, SearchPage, SearchQuery } from './engine.ts';
import { fold } from './fold.ts';
import { compareHits, type Fit, fitOf, type SearchText } from './rank.ts';
import { createSortedNames } from './sorted-names.ts';

interface Entry {
  readonly record: RepositoryRecord;
  readonly text: SearchText;
}

/** An engine that looks through every repository for every query: exact, and quick enough for some ten thousand. */
export function createPlainEngine(): SearchEngine {
  const entries = new Map<string, Entry>();
  const names = createSortedNames();
  let tags = 0;

  const remove = (name: string) => {
    tags -= entries.get(name)?.record.tags.length ?? 0;
    if (entries.delete(name)) names.remove(name);
  };

  return {
    upsert(record) {
      remove(record.name);
      entries.set(record.name, { record, text: textOf(record) });
      names.add(record.name);
      tags += record.tags.length;
    },
    remove,
    has: (name) => entries.has(name),
    search: (query) => searchAll(entries.values(), query),
    catalog({ last, limit }) {
      const found = names.after(last, limit + 1);
      return { names: found.slice(0, limit), more: found.length > limit };
    },
    size: () => ({ repositories: entries.size, tags }),
  };
}

function textOf({ name, title, summary }: RepositoryRecord): SearchText {
  return { name: fold(name), texts: [title, summary].filter((text) => text !== undefined).map(fold) };
}

function searchAll(entries: Iterable<Entry>, { term, offset, limit }: SearchQuery): SearchPage {
  const folded = fold(term);
  const hits = [];
  for (const { record, text } of entries) {
    const fit = fitOf(text, folded);
    if (fit !== undefined) hits.push(hitOf(record, fit));
  }
  hits.sort(compareHits);
  return { total: hits.length, hits: hits.slice(offset, offset + limit).map(({ record }) => record) };
}

function hitOf(record: RepositoryRecord, fit: Fit) {
  return { record, fit, name: record.name, pushedAtMs: record.pushedAtMs };
}
