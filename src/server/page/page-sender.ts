import type { FastifyReply, FastifyRequest } from 'fastify';
import { addTo, type EtagExchange } from '../answers/etag-answer.ts';
import { type AnswerDeps, loadedIndex, type SeenIndex, seenBy } from '../answers/json-answer.ts';
import type { ErrorPages } from '../errors/error-handlers.ts';
import { parametersOf } from '../routes/parameters.ts';
import { wantsHtml, wantsResults } from './accept.ts';
import type { Assets } from './assets.ts';
import { type PageContext, type PageSettings, pageContextOf } from './page-context.ts';

export interface PageSenderDeps
  extends Pick<AnswerDeps, 'replica' | 'access' | 'sendWithEtag'>,
    Pick<PageSettings, 'registryUrl' | 'now'> {}

/** The views, and the files that they load. */
export interface PageViews {
  readonly render: typeof import('./views.ts');
  readonly assets: Assets;
}

/** What a route renders from: what the caller may see, the page, and the views. */
export interface Rendering {
  readonly seen: SeenIndex;
  readonly page: PageContext;
  readonly render: PageViews['render'];
  readonly signal: AbortSignal;
}

/** How routes answer with HTML. */
export interface PageSender extends ErrorPages {
  readonly loadViews: () => Promise<PageViews>;
  /** Sends what `make` renders from what the caller may see. Rejects as `Access` does, and while no index is loaded. */
  send(request: FastifyRequest, reply: FastifyReply, make: (rendering: Rendering) => Promise<string>): Promise<unknown>;

  /** Sends what says nothing of the index, so that anybody may read it. */
  sendOpen(
    request: FastifyRequest,
    reply: FastifyReply,
    make: (page: PageContext, render: PageViews['render']) => string,
  ): Promise<unknown>;
}

/** Paths whose answers are for programs, whatever they accept. */
const FOR_PROGRAMS = /^\/+(?:v1|v2|api\/v1|helm|assets)(?:\/|$)|\.json(?:\?|$)/;

export function createPageSender({ replica, access, sendWithEtag, registryUrl, now }: PageSenderDeps): PageSender {
  const loadViews = createViewLoader();
  const settings = { registryUrl, canLogIn: access.takesLogin, now };
  /** One of an error as it is, and any other compressed and with an ETag. */
  const sendHtml = async (exchange: EtagExchange, html: string): Promise<unknown> => {
    setHeaders(exchange.reply);
    return exchange.reply.statusCode === 200 ? await sendWithEtag(exchange, html) : html;
  };
  const sendOpen: PageSender['sendOpen'] = async (request, reply, make) => {
    const { render, assets } = await loadViews();
    return sendHtml({ request, reply }, make(pageContextOf(request, assets.urls, settings), render));
  };
  return {
    loadViews,
    sendOpen,
    async send(request, reply, make) {
      const caller = await access.viewOf(request);
      const seen = seenBy(caller, loadedIndex(replica), access);
      const { render, assets } = await loadViews();
      const page = pageContextOf(request, assets.urls, settings);
      return sendHtml({ request, reply }, await make({ seen, page, render, signal: request.signal }));
    },
    showsError: ({ url, headers }) => !FOR_PROGRAMS.test(url) && wantsHtml(headers.accept),
    sendError: (error, request, reply) =>
      sendOpen(request, reply, (page, render) => {
        const show = wantsResults(request.headers.accept) ? render.renderErrorAlone : render.renderError;
        return show({ page, error, q: queryOf(request.url) });
      }),
  };
}

/** What stood in the field, as far as that can be read. */
function queryOf(url: string): string {
  try {
    return parametersOf(url).get('q') ?? '';
  } catch {
    return '';
  }
}

/** Loads the views when they are first asked for: a pod that only answers docker needs none. */
function createViewLoader(): () => Promise<PageViews> {
  let views: Promise<PageViews> | undefined;
  const load = async () => {
    const render = await import('./views.ts');
    return { render, assets: render.readAssets() };
  };
  return () => {
    views ??= load();
    return views;
  };
}

/** No inline script or style, nothing from elsewhere, and no page of others around it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Of a page, or a part of one. */
function setHeaders(reply: FastifyReply): void {
  reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer');
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private');
  addTo(reply, 'vary', 'Accept, Accept-Language, Cookie');
}
