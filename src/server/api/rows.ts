import type { Details, Hit } from '../../search/api.ts';
import { MARK_OF } from '../../search/query/query.ts';
import { printTime } from '../answers/print-time.ts';
import type { RepositoryRow } from './shapes.ts';

const MARKS: Readonly<Record<string, RepositoryRow['marks'][number]>> = MARK_OF;

/** A repository with all that the index holds of it, without the list of its tags. */
export function rowOf({ name, description }: Pick<Hit, 'name' | 'description'>, details: Details): RepositoryRow {
  const { tag, tagCount, types, platforms, referrers, labels, isPrivate } = details;
  return {
    name,
    description,
    ...(tag && { tag: tag.name, digest: tag.digest }),
    pushed: printTime(details.pushedAtMs),
    tagCount,
    types: [...types],
    platforms: [...platforms],
    marks: referrers.flatMap((referrer) => MARKS[referrer] ?? []),
    labels: { ...labels },
    ...(isPrivate && { private: true as const }),
  };
}
