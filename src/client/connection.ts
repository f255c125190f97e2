import { ConfigError } from '../config/config-error.ts';
import { isSendableToken, printBasic } from '../http/credential.ts';
import { isLoopback } from '../network/loopback.ts';
import type { FoundLogin } from '../registry-login/found-login.ts';
import { readChallenge, tokenIn, tokenRequest } from '../registry-login/token.ts';
import { ClientFailure } from './failure.ts';
import { explainRefusal, refusalIn } from './refusal.ts';
import { type SendOptions, send } from './send.ts';
import { addressOf, explainRedirect, urlBelow } from './service-url.ts';

/** What a route answered: something, or that there is no such thing. */
export type RouteAnswer =
  | { readonly kind: 'found'; readonly json: unknown }
  | { readonly kind: 'missing'; readonly message: string };

/** A search service that answers. */
export interface Connection {
  readonly service: URL;
  /**
   * Asks a route below the service. Rejects with a ConfigError that points at the mistake in what was asked, or with a
   * ClientFailure that says why there is no answer.
   */
  get(path: string, parameters: Readonly<Record<string, string>>): Promise<RouteAnswer>;
}

export interface ConnectionOptions {
  /** Tried in this order until one answers at all. */
  readonly services: readonly [URL, ...URL[]];
  readonly login: FoundLogin | undefined;
  /** Certificates in PEM that are trusted, in place of the usual ones. */
  readonly ca?: string | undefined;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/** Finds out which of the addresses answers. Rejects with a ClientFailure. */
export async function connect({ services, login, ca, timeoutMs = TIMEOUT_MS }: ConnectionOptions): Promise<Connection> {
  const limits = (): SendOptions => ({ ca, signal: AbortSignal.timeout(timeoutMs) });
  const service = await answering(services, limits);
  const shown = isSafe(service) ? login : undefined;
  const authorization = shown && (await authorizationFrom(shown, service, limits));
  const refused = { service, login, wasSent: shown !== undefined };
  return {
    service,
    async get(path, parameters) {
      const url = urlBelow(service, path, parameters);
      const headers = authorization === undefined ? {} : { authorization };
      const { status, headers: answered, json } = await send({ method: 'GET', url, headers }, limits());
      if (status === 200) return { kind: 'found', json };
      const { location } = answered;
      if (status >= 300 && status < 400 && location !== undefined)
        throw new ConfigError(explainRedirect(service, url, { status, location }));
      const refusal = refusalIn({ status, json });
      if (refusal.kind === 'missing') return refusal;
      throw explainRefusal(refusal, { ...refused, text: parameters.q ?? '' });
    },
  };
}

/** Nobody on the way to a server without TLS may read a login. */
function isSafe(server: URL): boolean {
  return server.protocol === 'https:' || isLoopback(server);
}

/** The only address is asked nothing before there is a question. */
async function answering([first, ...others]: ConnectionOptions['services'], limits: () => SendOptions): Promise<URL> {
  const [second] = others;
  if (second === undefined) return first;
  const ping = (service: URL) => send({ method: 'GET', url: urlBelow(service, 'v1/_ping'), headers: {} }, limits());
  return ping(first).then(
    () => first,
    () => second,
  );
}

/** What docker asks for when it lists; search services want no right in particular. */
const SCOPE = 'registry:catalog:search';

/**
 * The `Authorization` for a login: a password and a token are shown at once; an identity token buys a token at the
 * token server that `/v2/` names, as docker does. Undefined where the service wants no login. Rejects with a
 * ClientFailure, or a ConfigError for a token that is none.
 */
async function authorizationFrom(
  { proof, description }: FoundLogin,
  service: URL,
  limits: () => SendOptions,
): Promise<string | undefined> {
  if (proof.kind === 'password') return printBasic(proof.login);
  if (proof.kind === 'token') return bearerOf(proof.token, description);
  const { status, headers } = await send({ method: 'GET', url: urlBelow(service, 'v2/'), headers: {} }, limits());
  if (status !== 401) return undefined;
  const challenge = readChallenge(headers['www-authenticate'], { registry: service, scope: SCOPE });
  if (challenge.kind !== 'bearer')
    throw new ClientFailure('notAllowed', `${addressOf(service)} names no server that takes ${description}`);
  const { realm } = challenge;
  if (!isSafe(realm))
    throw new ClientFailure(
      'notAllowed',
      `${realm.origin} would be sent ${description}, which is only sent over https`,
    );
  const answer = await send(tokenRequest(challenge, proof), limits());
  const token = answer.status === 200 ? tokenIn(answer.json) : undefined;
  if (token !== undefined) return `Bearer ${token}`;
  const kind = answer.status >= 500 ? 'unreachable' : 'notAllowed';
  throw new ClientFailure(kind, `${realm.origin} answered ${answer.status}, and no token, to ${description}`);
}

function bearerOf(token: string, description: string): string {
  if (isSendableToken(token)) return `Bearer ${token}`;
  throw new ConfigError(`${description} holds a blank, a line break or another character that is in no token`);
}
