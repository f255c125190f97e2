import { randomBytes } from 'node:crypto';
import type { Challenge } from '../../../http/challenge.ts';
import { printBasic } from '../../../http/credential.ts';
import type { Verdict } from '../authenticator.ts';
import type { BasicCredential, BearerCredential } from '../credential.ts';
import { ANONYMOUS_CALLER, type Caller } from '../rules.ts';
import { tokenUrlOf } from './challenge.ts';
import { type AskedRegistry, bearerOf, checkWith, unreachable } from './credential-check.ts';
import type { CredentialAnswer } from './credential-client.ts';

/** What is known of a registry after random credentials were tried. */
export type Proof =
  /** It refuses random credentials. */
  | {
      readonly kind: 'proven';
      readonly isPublic: boolean;
      readonly challenge: Challenge | undefined;
      /** Whom a token belongs to that the realm gives without a login. */
      readonly nobody: Caller;
    }
  /** It accepts any credential, so that an accepted one proves nothing. */
  | { readonly kind: 'open'; readonly isPublic: boolean };

type Unavailable = Extract<Verdict, { kind: 'unavailable' }>;

/** Tries random credentials. Rejects only by the signal. */
export async function proofOf(deps: AskedRegistry, signal: AbortSignal): Promise<Proof | Unavailable> {
  const without = await deps.client.ask(undefined, signal);
  if (without.kind === 'failed') return { kind: 'unavailable', problem: unreachable(without.why) };
  const isPublic = without.kind === 'accepted';
  for (const credential of [randomBasic(), bearerWith(randomText()), bearerWith(unsignedToken())]) {
    const verdict = await checkWith(deps, credential, signal);
    if (verdict.kind === 'unavailable') return verdict;
    if (verdict.kind === 'known' && verdict.caller.kind === 'authenticated') return { kind: 'open', isPublic };
  }
  const challenge = challengeOf(without);
  return { kind: 'proven', isPublic, challenge, nobody: await nobodyOf(deps, challenge, signal) };
}

/**
 * The caller of the tokens that the realm gives without a login, which some token servers give a name or no form that
 * can be read: whoever brings such a token may be anybody.
 */
async function nobodyOf(
  { address, client }: AskedRegistry,
  challenge: Challenge | undefined,
  signal: AbortSignal,
): Promise<Caller> {
  if (challenge?.kind !== 'bearer') return ANONYMOUS_CALLER;
  const url = tokenUrlOf(address, challenge.realm);
  if (!url) return ANONYMOUS_CALLER;
  for (const scope of SCOPES_OF_NOBODY) {
    const asked = { url, service: challenge.service, credential: undefined, scope };
    const fetched = await client.fetchToken(asked, signal);
    const { caller } = fetched.kind === 'token' ? bearerOf(fetched.token) : { caller: ANONYMOUS_CALLER };
    if (caller.kind !== 'anonymous') return caller;
  }
  return ANONYMOUS_CALLER;
}

/** Quay gives tokens to everybody who wants to pull something, whether it is there or not, and none without a scope. */
const SCOPES_OF_NOBODY = [undefined, 'repository:registry-index/nobody:pull'];

function challengeOf(answer: CredentialAnswer): Challenge | undefined {
  return answer.kind === 'refused' ? answer.challenge : undefined;
}

function randomBasic(): BasicCredential {
  const [name, password] = [`nobody-${randomText()}`, randomText()];
  return { kind: 'basic', name, password, header: printBasic({ user: name, password }) };
}

function bearerWith(token: string): BearerCredential {
  return { kind: 'bearer', token, header: `Bearer ${token}` };
}

/** Of the form that token servers give, and signed by none. */
function unsignedToken(): string {
  const claims = { sub: `nobody-${randomText()}`, exp: UNSIGNED_EXPIRY_SECONDS, access: [] };
  const parts = [{ alg: 'RS256', typ: 'JWT', kid: randomText() }, claims];
  return [...parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')), randomText()].join('.');
}

/** In the year 2100. */
const UNSIGNED_EXPIRY_SECONDS = 4_102_444_800;

function randomText(): string {
  return randomBytes(24).toString('base64url');
}
