import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from '../../search/api.ts';

export interface TaggedExchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

type Body = string | Buffer;

/**
 * Sets ETag and headers of caching, and answers 304 where the client has the same already; else the body, compressed
 * where that is worth it. What differs for another caller has another ETag, because it is another body.
 */
export function sendTagged({ request, reply }: TaggedExchange, body: Body): Answer<Body> {
  const tag = tagOf(body);
  reply.header('etag', tag);
  addTo(reply, 'cache-control', 'no-cache');
  addTo(reply, 'vary', 'Accept-Encoding');
  if (hasTag(request.headers['if-none-match'], tag)) {
    reply.code(304);
    return '';
  }
  return compress({ request, reply }, body);
}

/** What was made of a large body that the answer cache keeps, and is given again and again; it goes with the body. */
interface Made {
  tag?: string;
  br?: Promise<Buffer>;
  gzip?: Promise<Buffer>;
}

const made = new WeakMap<Buffer, Made>();

function madeOf(body: Body): Made {
  if (typeof body === 'string' || body.length <= MOST_BYTES_AT_ONCE) return {};
  const known = made.get(body) ?? {};
  made.set(body, known);
  return known;
}

function tagOf(body: Body): string {
  const known = madeOf(body);
  known.tag ??= `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return known.tag;
}

/** Adds to a header that is a list. */
export function addTo(reply: FastifyReply, name: 'cache-control' | 'vary', value: string): void {
  const known = reply.getHeader(name);
  reply.header(name, known === undefined ? value : `${known}, ${value}`);
}

/** Compared weakly, as RFC 9110 wants it for `If-None-Match`. */
function hasTag(wanted: string | undefined, tag: string): boolean {
  if (wanted === undefined) return false;
  const tags = wanted.split(',').map((one) => one.trim());
  return tags.includes('*') || tags.some((one) => one.replace(/^W\//, '') === tag.replace(/^W\//, ''));
}

/** A smaller one fits into a packet as it is. */
const LEAST_BYTES = 1_024;
/** A larger one is compressed beside the event loop. To hand a smaller one over takes longer than to compress it. */
const MOST_BYTES_AT_ONCE = 32 * 1_024;
/** Takes a third of the time of the highest gzip, and is smaller. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

const inBrotli = promisify(brotliCompress);
const inGzip = promisify(gzip);

function compress({ request, reply }: TaggedExchange, body: Body): Answer<Body> {
  const accepted = request.headers['accept-encoding'];
  const bytes = Buffer.byteLength(body);
  if (accepted === undefined || bytes < LEAST_BYTES) return body;
  const encoding = negotiate(accepted, ['br', 'gzip']);
  if (encoding === null) return body;
  reply.header('content-encoding', encoding);
  if (bytes <= MOST_BYTES_AT_ONCE) return encoding === 'br' ? brotliCompressSync(body, BROTLI) : gzipSync(body);
  const known = madeOf(body);
  if (encoding === 'br') known.br ??= inBrotli(body, BROTLI);
  else known.gzip ??= inGzip(body);
  return (encoding === 'br' ? known.br : known.gzip) ?? body;
}
