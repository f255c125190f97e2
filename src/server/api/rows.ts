import type { Details, Hit } from '../../search/api.ts';
import { MARK_OF } from '../../search/query/query.ts';
import type { RepositoryRow } from './shapes.ts';

const MARKS: Readonly<Record<string, RepositoryRow['marks'][number]>> = MARK_OF;

/** A repository with all that the index holds of it, without the list of its tags. */
export function rowOf({ name, description }: Pick<Hit, 'name' | 'description'>, details: Details): RepositoryRow {
  const { tag, tagCount, types, platforms, referrers, labels, isPrivate } = details;
  return {
    name,
    description,
    ...(tag && { tag: tag.name, digest: tag.digest }),
    pushed: timeOf(details.pushedAtMs),
    tagCount,
    types: [...types],
    platforms: [...platforms],
    marks: referrers.flatMap((referrer) => MARKS[referrer] ?? []),
    labels: { ...labels },
    ...(isPrivate && { private: true as const }),
  };
}

/** A later time, or one before 1970, is that of a wrong clock. */
const LAST_MS = Date.UTC(9999, 11, 31);

export function timeOf(ms: number): string {
  return new Date(Math.min(Math.max(ms, 0), LAST_MS)).toISOString();
}
