import type { AgentOptions } from 'node:http';
import { Readable } from 'node:stream';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { readAtMost } from '../json/read-json.ts';
import { type Proxies, proxiesFrom } from '../network/proxy.ts';

type Handle = NodeHttpHandler['handle'];
type Answer = Awaited<ReturnType<Handle>>['response'];

/** DynamoDB gives at most 16 MB of items; binary ones take a third more in JSON. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
/** A longer refusal, or a compressed one, is not from AWS and counts by its status alone. */
const MAX_REFUSAL_BYTES = 64 * 1024;

/** An endpoint answers with what no AWS service would: without an end, or compressed without being asked to. */
export class ForeignAnswer extends Error {
  override readonly name = 'ForeignAnswer';
}

export interface HttpHandlerOptions extends Omit<NodeHttpHandlerOptions, 'httpAgent' | 'httpsAgent'> {
  /** Options of both agents. */
  readonly agent: AgentOptions;
  readonly maxAnswerBytes: number;
}

/**
 * The SDK's way of sending requests, which would read answers of any length into memory and knows no proxies: this one
 * reads no more than it should, and asks through the proxies that the environment names.
 */
export class BoundedHttpHandler extends NodeHttpHandler {
  readonly #maxBytes: number;
  readonly #proxied: { readonly handler: NodeHttpHandler; readonly proxies: Proxies } | undefined;

  constructor({ agent, maxAnswerBytes, ...options }: HttpHandlerOptions) {
    super({ ...options, httpAgent: agent, httpsAgent: agent });
    this.#maxBytes = maxAnswerBytes;
    const proxies = proxiesFrom(process.env);
    this.#proxied = proxies && { proxies, handler: throughProxies(proxies, { agent, ...options }) };
  }

  override async handle(...asked: Parameters<Handle>): ReturnType<Handle> {
    const answered = await this.#send(...asked);
    const { response } = answered;
    const body = bodyOf(response);
    if (response.statusCode >= 300) response.body = await refusalOf(response, body);
    else response.body = bounded(response, body, this.#maxBytes);
    return answered;
  }

  #send(...[request, options]: Parameters<Handle>): ReturnType<Handle> {
    const { protocol, hostname, port } = request;
    const url = this.#proxied && URL.parse(`${protocol}//${hostname}${port ? `:${port}` : ''}`);
    const isProxied = url && this.#proxied?.proxies.proxyFor(url) !== undefined;
    return isProxied && this.#proxied ? this.#proxied.handler.handle(request, options) : super.handle(request, options);
  }

  override destroy(): void {
    super.destroy();
    this.#proxied?.handler.destroy();
  }
}

/**
 * Node's agents make the tunnels. What is asked without a proxy is decided before. Without a tunnel it is the proxy
 * that keeps a connection open, or closes it without a word, as tinyproxy does: each request has one of its own.
 */
function throughProxies(
  { proxyEnv }: Proxies,
  { agent, ...options }: Omit<HttpHandlerOptions, 'maxAnswerBytes'>,
): NodeHttpHandler {
  const httpsAgent = { ...agent, proxyEnv };
  return new NodeHttpHandler({ ...options, httpAgent: { ...httpsAgent, keepAlive: false }, httpsAgent });
}

function bodyOf({ body }: Answer): Readable {
  if (body instanceof Readable) return body;
  throw new Error('the body of an answer is no stream');
}

/** By the headers of an answer. */
export function isCompressed(headers: { readonly 'content-encoding'?: string | undefined }): boolean {
  return !['', 'identity'].includes(headers['content-encoding'] ?? '');
}

/** An error has been answered, whatever its body holds: its status says enough. */
async function refusalOf(response: Answer, body: Readable): Promise<Readable> {
  if (isCompressed(response.headers)) {
    body.on('error', () => undefined).destroy();
    return Readable.from([]);
  }
  const { bytes, whole } = await readAtMost(body, MAX_REFUSAL_BYTES);
  return Readable.from(whole ? [bytes] : []);
}

/** Node's parser holds a body to the Content-Length of the answer, so only one of unknown length has to be counted. */
function bounded(response: Answer, body: Readable, maxBytes: number): Readable {
  const contentLength = response.headers['content-length'];
  if (isCompressed(response.headers) || Number(contentLength ?? 0) > maxBytes) {
    body.on('error', () => undefined).destroy();
    throw new ForeignAnswer('the answer is compressed or too long');
  }
  return contentLength === undefined ? Readable.from(countedTo(body, maxBytes)) : body;
}

async function* countedTo(body: Readable, maxBytes: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new ForeignAnswer('the answer is too long');
    yield chunk;
  }
}
