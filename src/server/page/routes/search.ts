import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Sort } from '../../../search/query/sort.ts';
import { countFacets } from '../../api/facets.ts';
import { rowOf } from '../../api/rows.ts';
import { countStats } from '../../api/stats.ts';
import { parametersOf } from '../../routes/parameters.ts';
import { parseSearchRequest, type SearchRequest } from '../../routes/search.ts';
import { wantsResults } from '../accept.ts';
import { soughtTexts } from '../matches.ts';
import type { PageSender, Rendering } from '../page-sender.ts';

const NEWEST_FIRST: Sort = { by: 'pushed', reverse: false };

/**
 * `GET /?q=&sort=&cursor=` for browsers: what was found, counted by facets; with nothing in the field the newest
 * pushes.
 */
export function sendSearch(pages: PageSender, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  return pages.send(request, reply, (rendering) => renderAt(request, rendering));
}

async function renderAt({ url, headers }: FastifyRequest, rendering: Rendering): Promise<string> {
  const { seen, page, render, signal } = rendering;
  const { visibility, engine, incomplete } = seen;
  const request = newestFirst(url, parseSearchRequest(url, { nowMs: page.nowMs, visibility }));
  const { text: q, search } = request;
  const parameters = parametersOf(url);
  const [found, { facets }, stats] = await Promise.all([
    engine.search({ ...search, show: { kind: 'details' } }, signal),
    countFacets(seen, { text: q, query: search.query, nowMs: page.nowMs }, signal),
    q === '' ? countStats(seen, signal) : undefined,
  ]);
  const hints = found.hints.filter(({ kind }) => !(incomplete && kind === 'nothingVisible'));
  const props = {
    ...{ page: { ...page, repositories: stats?.repositories }, q, stats, facets },
    ...{ total: found.total, next: found.next, isIncomplete: incomplete },
    rows: found.hits.flatMap((hit) => (hit.details ? [rowOf(hit, hit.details)] : [])),
    hints: hints.map(page.language.words.hint),
    sort: parameters.get('sort'),
    isLater: parameters.has('cursor') || (request.page ?? 1) > 1,
    sought: soughtTexts(found.interpreted.all),
  };
  return wantsResults(headers.accept) ? render.renderResults(props) : render.renderSearch(props);
}

/** Everything fits nothing as well as anything else, so that the newest is the best of it. */
function newestFirst(url: string, request: SearchRequest): SearchRequest {
  if (request.text.trim() !== '' || parametersOf(url).has('sort')) return request;
  return { ...request, search: { ...request.search, sort: NEWEST_FIRST } };
}
