import type { Answer, Start } from '../../search/api.ts';
import type { SeenIndex } from '../answers/json-answer.ts';
import { mapAnswer } from '../answers/map-answer.ts';
import { ApiError } from '../errors/api-error.ts';
import type { DigestOwners } from './shapes.ts';

export interface DigestRequest {
  /** In its normal form, or what it begins with: see `digestOf`. */
  readonly digest: string;
  readonly start: Start;
  /** How many repositories an answer has at most; with 0 it only counts. */
  readonly rows: number;
}

const MAX_TAGS = 100;

/**
 * The repositories that have a digest. Throws or rejects with MANIFEST_UNKNOWN where no visible repository has it, and
 * as `SearchEngine.search` does.
 */
export function findDigest(
  { engine, visibility }: SeenIndex,
  { digest, start, rows }: DigestRequest,
  signal: AbortSignal,
): Answer<DigestOwners> {
  const query = { all: [{ kind: 'digest', digest } as const], none: [] };
  const sort = { by: 'name', reverse: false } as const;
  const show = { kind: 'digest', digest } as const;
  const found = engine.search({ query, sort, start, limit: Math.max(rows, 1), visibility, show }, signal);
  return mapAnswer(found, ({ total, hits, next, relaxed }) => {
    if (total === 0 || relaxed.length > 0) throw new ApiError('MANIFEST_UNKNOWN');
    const results = hits.slice(0, rows).map(({ name, tags = [] }) => {
      return { name, tags: tags.slice(0, MAX_TAGS), tagCount: tags.length };
    });
    return { digest, total, results, ...(rows > 0 && next !== undefined && { next }) };
  });
}
