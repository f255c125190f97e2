import type { Start } from '../../../search/api.ts';
import { digestOf } from '../../../search/query/read-values.ts';
import { findDigest } from '../../api/digest.ts';
import { ApiError } from '../../errors/api-error.ts';
import { parametersOf } from '../../routes/parameters.ts';
import type { Rendering } from '../pages.ts';

const ROWS = 100;

/** `GET /d/<digest>?cursor=`: every repository that has it under a tag. */
export async function renderDigestAt(typed: string, url: string, rendering: Rendering): Promise<string> {
  const { seen, page, render, signal } = rendering;
  const digest = digestOf(typed);
  if (digest === undefined) throw new ApiError('NOT_FOUND');
  const cursor = parametersOf(url).get('cursor');
  const start: Start = cursor === undefined ? { kind: 'offset', offset: 0 } : { kind: 'cursor', cursor };
  const owners = await findDigest(seen, { digest, start, rows: ROWS }, signal);
  return render.renderDigest({ page, owners });
}
