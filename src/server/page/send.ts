import type { FastifyReply, FastifyRequest } from 'fastify';
import { addTo, sendTagged } from '../answers/tagged-answer.ts';

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

/** Sends a page, or a part of one: one of an error as it is, and any other compressed and with a tag. */
export async function sendHtml(request: FastifyRequest, reply: FastifyReply, html: string): Promise<unknown> {
  reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer');
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private');
  addTo(reply, 'vary', 'Accept, Accept-Language, Cookie');
  return reply.statusCode === 200 ? await sendTagged({ request, reply }, html) : html;
}
