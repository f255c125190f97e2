import { challengeIn } from '../http/challenge.ts';
import { isSendableToken, printBasic } from '../http/credential.ts';
import { objectOf, stringOf } from '../oci/json-fields.ts';
import type { Proof } from './found-login.ts';

/** Where, and for what, a registry has its clients fetch a token. */
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
  const realm = URL.canParse(challenge.realm) ? new URL(challenge.realm) : undefined;
  const isSafe = realm?.protocol === 'https:' || (realm?.protocol === 'http:' && registry.protocol === 'http:');
  if (!realm || !isSafe) return { kind: 'unknown' };
  return { kind: 'bearer', realm, service: challenge.service, scope: challenge.scope || scope };
}

export interface TokenRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/**
 * How a token is asked for, after distribution's docs/content/spec/auth: with the password, or for nobody; with an
 * identity token by OAuth 2, as docker does.
 */
export function tokenRequest({ realm, service, scope }: TokenPlace, proof: Proof | undefined): TokenRequest {
  const asked = { scope, ...(service === undefined ? {} : { service }) };
  if (proof?.kind === 'identityToken') {
    const form = { grant_type: 'refresh_token', client_id: 'registry-index', refresh_token: proof.token, ...asked };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url: realm, headers, body: `${new URLSearchParams(form)}` };
  }
  const url = new URL(realm);
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  const headers = proof?.kind === 'password' ? { authorization: printBasic(proof.login) } : {};
  return { method: 'GET', url, headers, body: undefined };
}

/** The token in a token server's answer. */
export function tokenIn(answer: unknown): string | undefined {
  const { token, access_token } = objectOf(answer);
  const given = stringOf(token) ?? stringOf(access_token);
  return given !== undefined && isSendableToken(given) ? given : undefined;
}
