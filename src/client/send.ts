import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as AgentOfHttps, request as requestHttps } from 'node:https';
import { errorCode } from '../json/error-code.ts';
import { AnswerUnreadable, readJson } from '../json/read-json.ts';
import { proxiesFrom } from '../network/proxy.ts';
import { ClientFailure } from './failure.ts';

export interface Sent {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** JSON; undefined for what is none. */
  readonly json: unknown;
}

export interface SendOptions {
  readonly signal: AbortSignal;
  /** Certificates in PEM that are trusted, in place of the usual ones. */
  readonly ca?: string | undefined;
}

/** Five hundred rows of 32 KB each. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * One request by Node's own client, since this has to run on older Nodes than undici does. Redirects are not followed.
 * Rejects with a ClientFailure where nothing answers, or something without an end.
 */
export async function send(sent: Sent, options: SendOptions): Promise<Answered> {
  const agent = agentFor(sent.url);
  try {
    const response = await answerTo(sent, { ...options, agent });
    const json = await readJson(response, MAX_BYTES).catch(noJson);
    return { status: response.statusCode ?? 0, headers: response.headers, json };
  } catch (error) {
    throw new ClientFailure(
      'unreachable',
      `${sent.url.origin} does not answer${reasonOf(error)}; ${HOW_TO_NAME}`,
      error,
    );
  }
}

/** One that asks through the proxy that the environment names; Nodes before 24.5 ask directly all the same. */
function agentFor(url: URL): Agent | false {
  const proxies = proxiesFrom(process.env);
  if (proxies?.proxyFor(url) === undefined) return false;
  const { proxyEnv } = proxies;
  return url.protocol === 'https:' ? new AgentOfHttps({ proxyEnv }) : new Agent({ proxyEnv });
}

interface AnswerOptions extends SendOptions {
  readonly agent: Agent | false;
}

function answerTo(
  { method, url, headers, body }: Sent,
  { signal, ca, agent }: AnswerOptions,
): Promise<IncomingMessage> {
  const options = { method, headers: { accept: 'application/json', ...headers }, signal, agent };
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, ...(ca === undefined ? {} : { ca }) })
        : requestHttp(url, options);
    request.on('response', resolve).on('error', reject).end(body);
  });
}

function noJson(error: unknown): undefined {
  if (!(error instanceof AnswerUnreadable) || error.tooLong) throw error;
}

const HOW_TO_NAME = '--url says where the search service is';
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/;

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return ' in time';
  const code = errorCode(error) ?? '';
  if (UNTRUSTED.test(code)) return ` with a certificate that is trusted (${code}); --ca-file names who else may sign`;
  return code === '' ? '' : ` (${code})`;
}
