import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../access/access.ts';
import { credentialOf } from '../access/credential.ts';
import { unauthorized } from '../access/refusals.ts';
import { addTo } from '../answers/etag-answer.ts';
import { ApiError } from '../errors/api-error.ts';
import { parametersOf } from '../routes/parameters.ts';
import type { Coding } from './assets.ts';
import { safePath } from './links.ts';
import { THEME_COOKIE } from './page-context.ts';
import type { PageSender } from './page-sender.ts';
import { renderDigestAt, renderRepositoryAt } from './routes/repository.ts';

type Below = { readonly Params: { readonly '*': string } };

/** Of the page: `/r/<name>`, `/d/<digest>`, `/login`, `/theme`, and the files that it loads; `addHome` has `/`. */
export function addPageRoutes(app: FastifyInstance, pages: PageSender, access: Access): void {
  app.get<Below>('/r/*', (request, reply) =>
    pages.send(request, reply, (rendering) => renderRepositoryAt(request.params['*'], request.url, rendering)),
  );
  app.get<Below>('/d/*', (request, reply) =>
    pages.send(request, reply, (rendering) => renderDigestAt(request.params['*'], request.url, rendering)),
  );
  addLogin(app, access);
  addTheme(app);
  addAssets(app, pages);
}

/** `GET /login?to=`: has the browser ask for name and password, and leads back to a page of ours once they are good. */
function addLogin(app: FastifyInstance, access: Access): void {
  app.get('/login', async (request, reply) => {
    const { kind } = credentialOf(request.raw);
    if (access.takesLogin && (kind === 'none' || kind === 'empty')) throw unauthorized();
    await access.viewOf(request);
    return reply.header('cache-control', 'no-store').redirect(safePath(parametersOf(request.url).get('to')), 303);
  });
}

const YEAR_SECONDS = 31_536_000;

/**
 * `GET /theme?set=light|dark|auto&to=`: remembers the colours, without which the first sight would be of the wrong
 * ones.
 */
function addTheme(app: FastifyInstance): void {
  app.get('/theme', (request, reply) => {
    const parameters = parametersOf(request.url);
    const theme = parameters.get('set');
    const isTheme = theme === 'light' || theme === 'dark';
    const cookie = `${THEME_COOKIE}=${isTheme ? theme : ''}; Path=/; Max-Age=${isTheme ? YEAR_SECONDS : 0}; SameSite=Lax`;
    reply.header('set-cookie', cookie).header('cache-control', 'no-store');
    return reply.redirect(safePath(parameters.get('to')), 303);
  });
}

/** `GET /assets/<file>`: what pages load. The name has a hash of the content, so that browsers need not ask again. */
function addAssets(app: FastifyInstance, { loadViews }: PageSender): void {
  app.get('/assets/*', async (request, reply) => {
    const { assets } = await loadViews();
    const asset = assets.byUrl.get(request.url.replace(/\?.*$/s, ''));
    if (!asset) throw new ApiError('NOT_FOUND');
    const coding = codingFor(request.headers['accept-encoding']);
    addTo(reply, 'vary', 'Accept-Encoding');
    reply
      .type(asset.type)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('x-content-type-options', 'nosniff');
    if (coding !== 'identity') reply.header('content-encoding', coding);
    return asset.bytes[coding];
  });
}

function codingFor(accepted: string | undefined): Coding {
  const coding = accepted === undefined ? null : negotiate(accepted, ['br', 'gzip']);
  return coding === 'br' || coding === 'gzip' ? coding : 'identity';
}
