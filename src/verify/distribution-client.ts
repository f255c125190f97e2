import { LRUCache } from 'lru-cache';
import type { Dispatcher } from 'undici';
import { withDeadline } from '../async/deadline.ts';
import { retry } from '../async/retry.ts';
import { printBasic } from '../http/credential.ts';
import { errorCode } from '../json/error-code.ts';
import { AnswerUnreadable, readJson } from '../json/read-json.ts';
import { createDispatcher } from '../network/dispatcher.ts';
import type { Proof } from '../registry-login/found-login.ts';
import { readChallenge, tokenIn, tokenRequest } from '../registry-login/token.ts';

export interface DistributionClientOptions {
  /** `https://host[:port]`. */
  readonly url: URL;
  readonly credentials: Proof | undefined;
  /** Requests under way at once, at most. */
  readonly concurrency: number;
}

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD';
  /** With a query, from `/v2/` on. */
  readonly path: string;
  /** What the token has to allow, such as `repository:team/api:pull`. */
  readonly scope: string;
  readonly accept?: string;
}

export interface RegistryAnswer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  /** Undefined for what has no body. */
  readonly json: unknown;
}

/**
 * Asks a registry by the API of the OCI Distribution Specification. Rejects with a RegistryError for every answer but
 * 200, 400 and 404, and where there is none.
 */
export interface DistributionClient {
  ask(request: RegistryRequest, signal: AbortSignal): Promise<RegistryAnswer>;
  close(): Promise<void>;
}

/** A sentence for people that never holds a secret or a body. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  /** Whether it may pass by itself. */
  readonly isPassing: boolean;

  constructor(message: string, options: { readonly isPassing: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.isPassing = options.isPassing;
  }
}

interface Sent {
  readonly method: Dispatcher.HttpMethod;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

const TIMEOUT_MS = 60_000;
/** Registries without paging answer 100,000 tags at once, which are 13 MB. */
const MAX_BYTES = 64 * 1024 * 1024;
const RETRY = { baseMs: 200, capMs: 5_000, attempts: 5 };
/** How many tokens are kept. One is for one repository, and may have a kilobyte. */
const MAX_KNOWN = 1_000;
/** Statuses that say something about what was asked for; everything else is about the asking. */
const ANSWERS: ReadonlySet<number> = new Set([200, 400, 404]);

export function createDistributionClient({
  url,
  credentials,
  concurrency,
}: DistributionClientOptions): DistributionClient {
  const agent = createDispatcher({ connections: concurrency, bodyTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS });
  /** What was let in last, by scope. */
  const known = new LRUCache<string, string>({ max: MAX_KNOWN });

  const askOnce = async (request: RegistryRequest, authorization: string | undefined, signal: AbortSignal) => {
    const headers = { accept: request.accept ?? 'application/json', ...(authorization ? { authorization } : {}) };
    const {
      statusCode,
      headers: answered,
      body,
    } = await send({ ...request, url: new URL(request.path, url), headers }, signal);
    const hasJson = statusCode === 200 && request.method === 'GET';
    const json = hasJson ? await readJson(body, MAX_BYTES) : await body.dump().then(() => undefined);
    return { status: statusCode, headers: answered, json };
  };

  const send = ({ method, url: { origin, pathname, search }, headers, body }: Sent, signal: AbortSignal) =>
    agent.request({ origin, path: `${pathname}${search}`, method, headers, body: body ?? null, signal });

  /** What a registry that has refused wants to see; undefined where there is nothing else to show. */
  const authorizationFor = async (header: string | string[] | undefined, scope: string, signal: AbortSignal) => {
    if (credentials?.kind === 'token') return `Bearer ${credentials.token}`;
    const challenge = readChallenge(header, { registry: url, scope });
    if (challenge.kind !== 'bearer') return challenge.kind === 'basic' ? basicOf(credentials) : undefined;
    const { statusCode, body } = await send(tokenRequest(challenge, credentials), signal);
    const answer = statusCode === 200 ? await readJson(body, MAX_BYTES) : await body.dump();
    const token = tokenIn(answer);
    if (statusCode >= 500) throw new RegistryError(`its token server answered ${statusCode}`, { isPassing: true });
    return token === undefined ? undefined : `Bearer ${token}`;
  };

  const attempt = async (request: RegistryRequest, signal: AbortSignal): Promise<RegistryAnswer> => {
    const answer = await askOnce(request, known.get(request.scope), signal);
    if (answer.status !== 401) return answer;
    const authorization = await authorizationFor(answer.headers['www-authenticate'], request.scope, signal);
    if (authorization === undefined) return answer;
    known.set(request.scope, authorization);
    return askOnce(request, authorization, signal);
  };

  return {
    ask(request, signal) {
      const work = async () => {
        const answer = await withDeadline(signal, TIMEOUT_MS, (limited) => attempt(request, limited)).catch(
          (error: unknown) => {
            throw explain(error);
          },
        );
        if (ANSWERS.has(answer.status)) return answer;
        throw refusal(request, answer.status, credentials !== undefined);
      };
      return retry(work, { ...RETRY, isRetryable: isPassing }, signal);
    },
    close: () => agent.close(),
  };
}

function basicOf(proof: Proof | undefined): string | undefined {
  return proof?.kind === 'password' ? printBasic(proof.login) : undefined;
}

function isPassing(error: unknown): error is RegistryError {
  return error instanceof RegistryError && error.isPassing;
}

function explain(error: unknown): unknown {
  if (error instanceof RegistryError) return error;
  if (error instanceof AnswerUnreadable)
    return new RegistryError('the registry answered with something else than its API does', {
      isPassing: false,
      cause: error,
    });
  const code = errorCode(error);
  return new RegistryError(`the registry does not answer${code === undefined ? '' : ` (${code})`}`, {
    isPassing: true,
    cause: error,
  });
}

function refusal({ method, path }: RegistryRequest, status: number, hasCredentials: boolean): RegistryError {
  const asked = `${method} ${path}`;
  const isPassing = status === 429 || status >= 500;
  if (status !== 401 && status !== 403)
    return new RegistryError(`the registry answered ${status} to ${asked}`, { isPassing });
  const remedy = hasCredentials
    ? 'the credentials may not read that'
    : 'set REGISTRY_USERNAME and REGISTRY_PASSWORD, or name a file with --auth-file';
  return new RegistryError(`the registry answered ${status} to ${asked}: ${remedy}`, { isPassing });
}
