import { getCACertificates } from 'node:tls';
import { type Dispatcher, request } from 'undici';
import { withDeadline } from '../../../async/deadline.ts';
import { type Challenge, challengeIn } from '../../../http/challenge.ts';
import { isSendableToken } from '../../../http/credential.ts';
import { errorCode } from '../../../json/error-code.ts';
import { isRecord } from '../../../json/is-record.ts';
import { readAtMost } from '../../../json/read-json.ts';
import { createDispatcher } from '../../../network/dispatcher.ts';
import type { BasicCredential } from '../credential.ts';
import { LOOP_HEADER, LOOP_STATUS } from '../loop-header.ts';

/** The registry's answer to a credential at `/v2/`. */
export type CredentialAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly challenge: Challenge | undefined }
  /** No answer of a registry, with what came instead. */
  | { readonly kind: 'failed'; readonly why: string };

export type TokenAnswer =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly why: string };

/** The two requests that are made about a credential. None follows a redirect, and none rejects but by the signal. */
export interface CredentialClient {
  /** `GET /v2/` with the value of an `Authorization` header, or none. */
  ask(authorization: string | undefined, signal: AbortSignal): Promise<CredentialAnswer>;
  /** A token for a name and its password, or for nobody. */
  fetchToken(asked: TokenRequest, signal: AbortSignal): Promise<TokenAnswer>;
  close(): Promise<void>;
}

export interface TokenRequest {
  readonly url: URL;
  readonly service: string | undefined;
  readonly credential: BasicCredential | undefined;
  /** What it is to allow; nothing when left out, which is enough to tell whose it is. */
  readonly scope?: string | undefined;
}

export interface CredentialClientOptions {
  readonly url: string;
  /** Certificates in PEM that are trusted besides the system's; read again for each connection. */
  readonly ca?: (() => string | undefined) | undefined;
}

const TIMEOUT_MS = 2_000;
const MAX_BYTES = 64 * 1_024;
const CONNECTIONS = 8;
const USER_AGENT = 'registry-index';

export function createCredentialClient({ url, ca }: CredentialClientOptions): CredentialClient {
  const base = new URL('v2/', url.endsWith('/') ? url : `${url}/`);
  let trusted = ca?.();
  let dispatcher = createAgent(trusted);

  /** The certificates may have been replaced. */
  const agent = () => {
    const now = ca?.();
    if (now === trusted) return dispatcher;
    trusted = now;
    dispatcher.close().catch(() => undefined);
    dispatcher = createAgent(now);
    return dispatcher;
  };

  const get = (target: URL, authorization: string | undefined, stop: AbortSignal) =>
    withDeadline(stop, TIMEOUT_MS, async (signal) => {
      const headers = {
        'user-agent': USER_AGENT,
        [LOOP_HEADER]: '1',
        ...(authorization === undefined ? {} : { authorization }),
      };
      const answer = await request(target, { dispatcher: agent(), headers, signal });
      const { bytes } = await readAtMost(answer.body, MAX_BYTES);
      return { status: answer.statusCode, challenge: answer.headers['www-authenticate'], bytes };
    });

  return {
    async ask(authorization, signal) {
      try {
        const { status, challenge, bytes } = await get(base, authorization, signal);
        if (status === 200) return isPage(bytes) ? { kind: 'failed', why: explainPage(base) } : { kind: 'accepted' };
        if (status === 401 || status === 403) return { kind: 'refused', challenge: challengeIn(challenge) };
        return { kind: 'failed', why: explainStatus(base, status) };
      } catch (error) {
        signal.throwIfAborted();
        return { kind: 'failed', why: explainError(base, error) };
      }
    },
    async fetchToken({ url: target, service, credential, scope }, signal) {
      try {
        const { status, bytes } = await get(
          withParameters(target, { service, account: credential?.name, scope }),
          credential?.header,
          signal,
        );
        if (status === 400 || status === 401 || status === 403) return { kind: 'refused' };
        const token = status === 200 ? tokenIn(bytes) : undefined;
        return token === undefined ? { kind: 'failed', why: explainStatus(target, status) } : { kind: 'token', token };
      } catch (error) {
        signal.throwIfAborted();
        return { kind: 'failed', why: explainError(target, error) };
      }
    },
    close: () => dispatcher.close(),
  };
}

function createAgent(ca: string | undefined): Dispatcher {
  return createDispatcher({
    connections: CONNECTIONS,
    connect: { timeout: TIMEOUT_MS, ...(ca === undefined ? {} : { ca: [...getCACertificates(), ca] }) },
  });
}

function withParameters(target: URL, parameters: Readonly<Record<string, string | undefined>>): URL {
  const url = new URL(target);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

function tokenIn(bytes: Buffer): string | undefined {
  try {
    const answer: unknown = JSON.parse(bytes.toString('utf8'));
    if (!isRecord(answer)) return undefined;
    const token = answer.token ?? answer.access_token;
    return typeof token === 'string' && isSendableToken(token) ? token : undefined;
  } catch {
    return undefined;
  }
}

/** Pages for people, as of a login or a registry's web interface, are shown to whoever asks, and prove nothing. */
function isPage(bytes: Buffer): boolean {
  return /^[\s\ufeff]*</.test(bytes.subarray(0, LOOKED_AT_BYTES).toString('utf8'));
}

const LOOKED_AT_BYTES = 1_024;

function explainPage({ origin, pathname }: URL): string {
  return `${origin}${pathname} answers with a page for people, which no registry does; name an address of the registry itself in search.access.registry.url`;
}

function explainStatus({ origin, pathname }: URL, status: number): string {
  if (status === LOOP_STATUS)
    return `${origin}${pathname} leads back to a search service; name an address of the registry itself in search.access.registry.url`;
  return `${origin}${pathname} answers ${status}`;
}

/** The address is what the resource names; errors of connections say no more than a word. */
function explainError({ origin, pathname }: URL, error: unknown): string {
  const name = error instanceof Error ? error.name : 'unknown error';
  return `${origin}${pathname} does not answer (${(errorCode(error) ?? name).slice(0, 60)})`;
}
