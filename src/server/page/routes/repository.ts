import type { Start } from '../../../search/api.ts';
import { digestOf } from '../../../search/query/read-values.ts';
import type { TagSort } from '../../../search/query/sort.ts';
import { findDigest } from '../../api/digest.ts';
import { describeRepository } from '../../api/repository.ts';
import { ApiError } from '../../errors/api-error.ts';
import { parametersOf } from '../../routes/parameters.ts';
import type { Rendering } from '../page-sender.ts';

const TAGS_OF_A_PAGE = 100;
const NEWEST_FIRST: TagSort = { by: 'pushed', reverse: false };
const SORTS: ReadonlyMap<string, TagSort> = new Map([
  ['version', { by: 'version', reverse: true }],
  ['name', { by: 'name', reverse: false }],
]);

/** `GET /r/<name>?tag=&by=&client=&tags=&sort=&cursor=`: one repository. */
export async function renderRepositoryAt(name: string, url: string, rendering: Rendering): Promise<string> {
  const { seen, page, render, signal } = rendering;
  const parameters = parametersOf(url);
  const place = {
    tag: parameters.get('tag'),
    by: parameters.get('by') === 'digest' ? ('digest' as const) : undefined,
    client: parameters.get('client'),
    tags: parameters.get('tags'),
    sort: parameters.get('sort'),
    cursor: parameters.get('cursor'),
  };
  const { tags: filter, cursor } = place;
  const tags = { filter, sort: SORTS.get(place.sort ?? '') ?? NEWEST_FIRST, cursor };
  const repository = await describeRepository(seen, { name, tags, rows: TAGS_OF_A_PAGE }, signal);
  return render.renderRepository({ page, repository, place });
}

const OWNERS_OF_A_PAGE = 100;

/** `GET /d/<digest>?cursor=`: every repository that has it under a tag. */
export async function renderDigestAt(typed: string, url: string, rendering: Rendering): Promise<string> {
  const { seen, page, render, signal } = rendering;
  const digest = digestOf(typed);
  if (digest === undefined) throw new ApiError('NOT_FOUND');
  const cursor = parametersOf(url).get('cursor');
  const start: Start = cursor === undefined ? { kind: 'offset', offset: 0 } : { kind: 'cursor', cursor };
  const owners = await findDigest(seen, { digest, start, rows: OWNERS_OF_A_PAGE }, signal);
  return render.renderDigest({ page, owners });
}
