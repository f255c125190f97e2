import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from '../../search/api.ts';

export interface EtagExchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * Sets ETag and headers of caching, and answers 304 where the client has the same already; else the body, compressed
 * where that is worth it. What differs for another caller has another ETag, because it is another body.
 */
export type SendWithEtag = (exchange: EtagExchange, content: string | Buffer) => Answer<string | Buffer>;

/** What was made of a body: its ETag, and its compressed forms. */
interface Made {
  etag?: string;
  br?: Promise<Buffer>;
  gzip?: Promise<Buffer>;
}

/** What was made of a large body that the answer cache keeps, and gives again and again, is kept as long as that is. */
export function createEtagSender(): SendWithEtag {
  const kept = new WeakMap<Buffer, Made>();

  const madeOf = (body: Buffer): Made => {
    if (body.length <= MAX_BYTES_AT_ONCE) return {};
    const made = kept.get(body) ?? {};
    kept.set(body, made);
    return made;
  };

  return (exchange, content) => {
    // Encoded once here, and not once each for the ETag, for compression and for the socket.
    const body = typeof content === 'string' ? Buffer.from(content) : content;
    return send(exchange, body, madeOf(body));
  };
}

function send({ request, reply }: EtagExchange, body: Buffer, made: Made): Answer<string | Buffer> {
  made.etag ??= `W/"${hash('sha256', body, 'base64url').slice(0, 22)}"`;
  reply.header('etag', made.etag);
  addTo(reply, 'cache-control', 'no-cache');
  addTo(reply, 'vary', 'Accept-Encoding');
  if (hasEtag(request.headers['if-none-match'], made.etag)) {
    reply.code(304);
    return '';
  }
  return compress({ request, reply }, body, made);
}

/** Adds to a header that is a list. */
export function addTo(reply: FastifyReply, name: 'cache-control' | 'vary', value: string): void {
  const known = reply.getHeader(name);
  reply.header(name, known === undefined ? value : `${known}, ${value}`);
}

/** Compared weakly, as RFC 9110 wants it for `If-None-Match`. */
function hasEtag(wanted: string | undefined, etag: string): boolean {
  if (wanted === undefined) return false;
  const etags = wanted.split(',').map((one) => one.trim());
  return etags.includes('*') || etags.some((one) => one.replace(/^W\//, '') === etag.replace(/^W\//, ''));
}

/** A smaller body fits into a packet as it is. */
const LEAST_BYTES = 1_024;
/** A larger body is compressed in another thread. To hand a smaller one over takes longer than to compress it. */
const MAX_BYTES_AT_ONCE = 32 * 1_024;
/** For what is sent once: a twentieth larger than with more effort, in half of the time. The window holds all of it. */
const AT_ONCE = {
  gzip: { level: 3 },
  br: { params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 16 } },
};
/** For what is kept: takes a third of the time of the highest gzip, and is smaller. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

const inBrotli = promisify(brotliCompress);
const inGzip = promisify(gzip);

function compress({ request, reply }: EtagExchange, body: Buffer, made: Made): Answer<Buffer> {
  const accepted = request.headers['accept-encoding'];
  if (accepted === undefined || body.length < LEAST_BYTES) return body;
  const encoding = negotiate(accepted, ['br', 'gzip']);
  if (encoding === null) return body;
  reply.header('content-encoding', encoding);
  if (body.length <= MAX_BYTES_AT_ONCE)
    return encoding === 'br' ? brotliCompressSync(body, AT_ONCE.br) : gzipSync(body, AT_ONCE.gzip);
  if (encoding === 'br') made.br ??= inBrotli(body, BROTLI);
  else made.gzip ??= inGzip(body);
  return (encoding === 'br' ? made.br : made.gzip) ?? body;
}
