import type { Problem } from '../../../api/conditions.ts';
import type { Challenge } from '../../../http/challenge.ts';
import type { Verdict } from '../authenticator.ts';
import type { BasicCredential, BearerCredential, Presented } from '../credential.ts';
import { ANONYMOUS_CALLER, type Caller } from '../rules.ts';
import { type RegistryAddress, tokenUrlOf } from './challenge.ts';
import type { CredentialClient } from './credential-client.ts';
import { claimsOf } from './token-claims.ts';

/** Who checks credentials. */
export interface AskedRegistry {
  readonly address: RegistryAddress;
  readonly client: CredentialClient;
}

export function unreachable(why: string): Problem {
  return {
    reason: 'RegistryUnreachable',
    message: `callers whose login is not remembered cannot be authenticated: ${why}`,
  };
}

/** Has the registry check a credential. Rejects only by the signal. */
export async function checkWith(deps: AskedRegistry, credential: Presented, signal: AbortSignal): Promise<Verdict> {
  return credential.kind === 'basic' ? checkBasic(deps, credential, signal) : checkBearer(deps, credential, signal);
}

async function checkBasic(deps: AskedRegistry, credential: BasicCredential, signal: AbortSignal): Promise<Verdict> {
  const answer = await deps.client.ask(credential.header, signal);
  if (answer.kind === 'accepted') return known({ kind: 'authenticated', user: credential.name, groups: [] });
  if (answer.kind === 'failed') return { kind: 'unavailable', problem: unreachable(answer.why) };
  if (answer.challenge?.kind !== 'bearer') return { kind: 'refused' };
  return exchange(deps, { credential, challenge: answer.challenge }, signal);
}

interface Exchange {
  readonly credential: BasicCredential;
  readonly challenge: Extract<Challenge, { kind: 'bearer' }>;
}

/** Exchanges the password for a token, and asks the registry whether it accepts the token. */
async function exchange(
  deps: AskedRegistry,
  { credential, challenge }: Exchange,
  signal: AbortSignal,
): Promise<Verdict> {
  const { address, client } = deps;
  const url = tokenUrlOf(address, challenge.realm);
  if (!url) return { kind: 'unavailable', problem: REALM_ELSEWHERE };
  const fetched = await client.fetchToken({ url, service: challenge.service, credential }, signal);
  if (fetched.kind === 'refused') return fetched;
  if (fetched.kind === 'failed') return { kind: 'unavailable', problem: unreachable(fetched.why) };
  const answer = await client.ask(`Bearer ${fetched.token}`, signal);
  if (answer.kind === 'accepted') return known(bearerOf(fetched.token).caller);
  const why = answer.kind === 'failed' ? answer.why : 'the registry refuses the tokens of its own realm';
  return { kind: 'unavailable', problem: unreachable(why) };
}

const REALM_ELSEWHERE = unreachable(
  'the registry names a token realm that is neither https nor on its own host, and passwords are sent to no such place; name it in search.access.registry.tokenURL',
);

async function checkBearer(
  { client }: AskedRegistry,
  { token, header }: BearerCredential,
  signal: AbortSignal,
): Promise<Verdict> {
  const answer = await client.ask(header, signal);
  if (answer.kind === 'refused') return { kind: 'refused' };
  if (answer.kind === 'failed') return { kind: 'unavailable', problem: unreachable(answer.why) };
  return { kind: 'known', ...bearerOf(token) };
}

/**
 * The caller of a token that the registry accepts. The typed name does not count: a realm may give any user's token.
 */
export function bearerOf(token: string): Pick<Extract<Verdict, { kind: 'known' }>, 'caller' | 'expiresAtMs'> {
  const claims = claimsOf(token);
  if (!claims) return { caller: { kind: 'authenticated', user: undefined, groups: [] } };
  const { subject, expiresAtMs } = claims;
  return {
    caller: subject === '' ? ANONYMOUS_CALLER : { kind: 'authenticated', user: subject, groups: [] },
    expiresAtMs,
  };
}

export function known(caller: Caller): Verdict {
  return { kind: 'known', caller };
}
