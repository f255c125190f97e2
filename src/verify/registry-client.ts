import { LRUCache } from 'lru-cache';
import { Agent, type Dispatcher } from 'undici';
import { withDeadline } from '../async/deadline.ts';
import { retry } from '../async/retry.ts';
import { AnswerUnreadable, readJson } from '../json/read-json.ts';
import { objectOf, stringOf } from '../oci/json-fields.ts';
import { challengeIn } from '../telemetry/challenge.ts';
import { type Login, printBasic } from '../telemetry/credential.ts';

export interface RegistryClientOptions {
  /** `https://host[:port]`. */
  readonly url: URL;
  readonly credentials: Login | undefined;
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

/** Asks a registry's API. Rejects with a RegistryError for every answer but 200, 400 and 404, and where there is none. */
export interface RegistryClient {
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

const TIMEOUT_MS = 60_000;
/** Registries that know no pages answer 100,000 tags at once: 13 MB. */
const MAX_BYTES = 64 * 1024 * 1024;
const RETRY = { baseMs: 200, capMs: 5_000, attempts: 5 };
/** A token is of one repository and may have a kilobyte. */
const MAX_KNOWN = 1_000;
/** Statuses that say something about what was asked for; everything else is about the asking. */
const ANSWERS: ReadonlySet<number> = new Set([200, 400, 404]);

export function createRegistryClient({ url, credentials, concurrency }: RegistryClientOptions): RegistryClient {
  const agent = new Agent({ connections: concurrency, bodyTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS });
  const basic = credentials && printBasic(credentials);
  /** What was let in last, by scope. */
  const known = new LRUCache<string, string>({ max: MAX_KNOWN });

  const send = async (request: RegistryRequest, authorization: string | undefined, signal: AbortSignal) => {
    const headers = { accept: request.accept ?? 'application/json', ...(authorization ? { authorization } : {}) };
    const {
      statusCode,
      headers: answered,
      body,
    } = await get(new URL(request.path, url), request.method, headers, signal);
    const hasJson = statusCode === 200 && request.method === 'GET';
    const json = hasJson ? await readJson(body, MAX_BYTES) : await body.dump().then(() => undefined);
    return { status: statusCode, headers: answered, json };
  };

  const get = (target: URL, method: 'GET' | 'HEAD', headers: Record<string, string>, signal: AbortSignal) =>
    agent.request({ origin: target.origin, path: `${target.pathname}${target.search}`, method, headers, signal });

  /** What a registry that has refused wants to see; undefined where there is nothing else to show. */
  const authorizationFor = async (header: string | string[] | undefined, scope: string, signal: AbortSignal) => {
    const challenge = readChallenge(header, { registry: url, scope });
    if (challenge.kind !== 'bearer') return challenge.kind === 'basic' ? basic : undefined;
    const { realm, service } = challenge;
    realm.searchParams.set('scope', challenge.scope);
    if (service !== undefined) realm.searchParams.set('service', service);
    const { statusCode, body } = await get(realm, 'GET', basic ? { authorization: basic } : {}, signal);
    const answer = objectOf(statusCode === 200 ? await readJson(body, MAX_BYTES) : await body.dump());
    const token = stringOf(answer.token) ?? stringOf(answer.access_token);
    if (statusCode >= 500) throw new RegistryError(`its token server answered ${statusCode}`, { isPassing: true });
    return token === undefined ? undefined : `Bearer ${token}`;
  };

  const attempt = async (request: RegistryRequest, signal: AbortSignal): Promise<RegistryAnswer> => {
    const answer = await send(request, known.get(request.scope), signal);
    if (answer.status !== 401) return answer;
    const authorization = await authorizationFor(answer.headers['www-authenticate'], request.scope, signal);
    if (authorization === undefined) return answer;
    known.set(request.scope, authorization);
    return send(request, authorization, signal);
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
  const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
  return new RegistryError(`the registry does not answer${code}`, { isPassing: true, cause: error });
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

/** Where a registry has a token fetched. */
export interface TokenPlace {
  readonly kind: 'bearer';
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scope: string;
}

/**
 * What a registry that has refused asks for. `scope` is what is asked for where the registry names none. A token server
 * may be at plain HTTP only if the registry is.
 */
export function readChallenge(
  header: string | readonly string[] | undefined,
  { registry, scope }: { registry: URL; scope: string },
): TokenPlace | { readonly kind: 'basic' | 'unknown' } {
  const challenge = challengeIn(header);
  if (challenge?.kind !== 'bearer') return { kind: challenge?.kind ?? 'unknown' };
  const realm = URL.parse(challenge.realm);
  const isSafe = realm?.protocol === 'https:' || (realm?.protocol === 'http:' && registry.protocol === 'http:');
  if (!realm || !isSafe) return { kind: 'unknown' };
  return { kind: 'bearer', realm, service: challenge.service, scope: challenge.scope || scope };
}
