import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyInstance } from 'fastify';
import { addTo } from '../../answers/tagged-answer.ts';
import { ApiError } from '../../errors/api-error.ts';
import type { Coding } from '../assets.ts';
import type { LoadViews } from '../load-views.ts';

/** `GET /assets/<file>`: what pages load. The name tells the content, so that browsers need not ask again. */
export function addAssets(app: FastifyInstance, loadViews: LoadViews): void {
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
