import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { PinError } from './reference.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Response['headers'];
  readonly body: Buffer;
}

const TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 5;
/** What registries must take as a manifest; nothing that is asked for here is longer. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Honours HTTPS_PROXY and NO_PROXY. */
const dispatcher = new EnvHttpProxyAgent();

/**
 * GETs `url`, through redirects that do not leave TLS; a login goes to the first host alone.
 * @throws {PinError} when there is no whole answer within 30 s, or it is longer than 4 MiB
 */
export async function get(url: URL, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await follow(url, headers, signal);
  } catch (error) {
    if (error instanceof PinError) throw error;
    const reason = signal.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : reasonOf(error);
    throw new PinError(`${url.host} cannot be reached (${reason}); check the network, or set HTTPS_PROXY.`);
  }
}

async function follow(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
  let [here, sent] = [url, headers];
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(here.href, { headers: sent, signal, dispatcher, redirect: 'manual' });
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (location === null)
      return { status: response.status, headers: response.headers, body: await readBody(response, here.host) };
    await response.body?.cancel();
    const next = URL.parse(location, here.href);
    if (next === null || (next.protocol !== 'https:' && next.protocol !== here.protocol)) {
      throw new PinError(`${here.host} redirects to an address that is not secure.`);
    }
    if (next.origin !== here.origin) sent = withoutLogin(sent);
    here = next;
  }
  throw new PinError(`${url.host} redirects more than ${MAX_REDIRECTS} times.`);
}

async function readBody(response: Response, host: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // Leaving the loop closes the connection.
    if (length > MAX_BODY_BYTES)
      throw new PinError(`${host} sent more than ${MAX_BODY_BYTES} bytes, which no manifest has.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function withoutLogin({ authorization: _login, ...others }: Readonly<Record<string, string>>): Record<string, string> {
  return others;
}

/** The innermost cause: `fetch` itself says "fetch failed" only. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return error.cause === undefined ? (code ?? error.message) : reasonOf(error.cause);
}
