import type { Answer, RepositoryPage, TagDetails, TagQuery } from '../../search/api.ts';
import type { SeenIndex } from '../answers/json-answer.ts';
import { mapAnswer } from '../answers/map-answer.ts';
import { printTime } from '../answers/print-time.ts';
import { ApiError } from '../errors/api-error.ts';
import { rowOf } from './rows.ts';
import type { Repository, TagRow } from './shapes.ts';

export interface RepositoryRequest {
  readonly name: string;
  readonly tags: Pick<TagQuery, 'filter' | 'sort' | 'cursor'>;
  /** How many tags an answer has at most; with 0 it only counts. */
  readonly rows: number;
}

/**
 * A repository with a page of its tags. Throws or rejects with NAME_UNKNOWN where the caller may see none of that name,
 * and as `SearchEngine.search` does.
 */
export function describeRepository(
  { engine, visibility }: SeenIndex,
  { name, tags, rows }: RepositoryRequest,
  signal: AbortSignal,
): Answer<Repository> {
  const query = { name, tags: { ...tags, limit: Math.max(rows, 1) }, visibility };
  return mapAnswer(engine.repository(query, signal), (page) => {
    if (page === undefined) throw new ApiError('NAME_UNKNOWN');
    return answerOf(page, rows);
  });
}

function answerOf({ base, dependents, tags, ...hit }: RepositoryPage, rows: number): Repository {
  const { title, summary } = hit.details;
  return {
    ...rowOf(hit, hit.details),
    ...(title !== undefined && { title }),
    ...(summary !== undefined && { summary }),
    ...(base && { base: { reference: base.reference, names: [...base.names] } }),
    dependents: { total: dependents.total, names: [...dependents.names] },
    tags: {
      total: tags.total,
      results: tags.tags.slice(0, rows).map(tagOf),
      ...(rows > 0 && tags.next !== undefined && { next: tags.next }),
    },
  };
}

function tagOf({ name, digest, pushedAtMs, platforms, aliases, ...image }: TagDetails): TagRow {
  const { sizeBytes, createdAtMs, appVersion } = image;
  return {
    name,
    digest,
    pushed: printTime(pushedAtMs),
    ...(platforms && { platforms: [...platforms] }),
    ...(sizeBytes !== undefined && { size: sizeBytes }),
    ...(createdAtMs !== undefined && { created: printTime(createdAtMs) }),
    ...(appVersion !== undefined && { appVersion }),
    same: [...aliases],
  };
}
