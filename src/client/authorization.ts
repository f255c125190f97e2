import type { FoundLogin } from '../registry-login/found-login.ts';
import { readChallenge, tokenIn, tokenRequest } from '../registry-login/token.ts';
import { printBasic } from '../telemetry/credential.ts';
import { ClientFailure } from './failure.ts';
import { type SendOptions, send } from './send.ts';
import { addressOf, urlBelow } from './service-url.ts';

/** What docker asks for when it lists; search services want no right in particular. */
const SCOPE = 'registry:catalog:search';

/**
 * The `Authorization` for a login: a password and a token are shown at once; an identity token buys a token at the token
 * server that `/v2/` names, as docker does. Undefined where the service wants no login. Rejects with a ClientFailure.
 */
export async function authorizationFrom(
  { proof, description }: FoundLogin,
  service: URL,
  limits: () => SendOptions,
): Promise<string | undefined> {
  if (proof.kind === 'password') return printBasic(proof.login);
  if (proof.kind === 'token') return `Bearer ${proof.token}`;
  const { status, headers } = await send({ method: 'GET', url: urlBelow(service, 'v2/'), headers: {} }, limits());
  if (status !== 401) return undefined;
  const challenge = readChallenge(headers['www-authenticate'], { registry: service, scope: SCOPE });
  if (challenge.kind !== 'bearer')
    throw new ClientFailure('notAllowed', `${addressOf(service)} names no server that takes ${description}`);
  const { realm } = challenge;
  const answer = await send(tokenRequest(challenge, proof), limits());
  const token = answer.status === 200 ? tokenIn(answer.json) : undefined;
  if (token !== undefined) return `Bearer ${token}`;
  const kind = answer.status >= 500 ? 'unreachable' : 'notAllowed';
  throw new ClientFailure(kind, `${realm.origin} answered ${answer.status}, and no token, to ${description}`);
}
