import { randomBytes } from 'node:crypto';
import type { Problem } from '../../../api/conditions.ts';
import type { Challenge } from '../../../http/challenge.ts';
import { printBasic } from '../../../http/credential.ts';
import { type Authenticator, BASIC_CHALLENGE, type Verdict } from '../authenticator.ts';
import type { BasicCredential, BearerCredential, Presented } from '../credential.ts';
import { ANONYMOUS_CALLER, type Caller } from '../rules.ts';
import { printChallenge, type RegistryAddress, tokenUrlOf } from './challenge.ts';
import type { CredentialAnswer, CredentialClient } from './credential-client.ts';
import { claimsOf } from './token-claims.ts';

export interface RegistryAuthenticatorDeps {
  readonly address: RegistryAddress;
  readonly client: CredentialClient;
  /** Waits; ends early when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Whether the registry can be trusted to authenticate callers. */
type Trust = { readonly kind: 'unproven' } | Proof;

type Proof =
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

const PROVE_AGAIN_MS = 5 * 60_000;
const UNPROVEN_MS = 2_000;

/**
 * Has the registry itself check each credential, so that there is no second list of users, and no key or issuer to
 * configure. Proves first, and every five minutes, that the registry refuses random credentials.
 */
export function createRegistryAuthenticator(deps: RegistryAuthenticatorDeps): Authenticator {
  const { client, sleep } = deps;
  const ending = new AbortController();
  let trust: Trust = { kind: 'unproven' };
  /** Why it could not say anything when it was last asked. */
  let failure: Problem | undefined;
  let generation = 0;

  const prove = async () => {
    const found = await proofOf(deps, ending.signal);
    failure = found.kind === 'unavailable' ? found.problem : undefined;
    // A registry that does not answer now is what it was when it last did.
    if (found.kind === 'unavailable') return;
    if (found.kind !== trust.kind) generation += 1;
    trust = found;
  };

  const proveAgainAndAgain = async () => {
    while (!ending.signal.aborted) {
      await sleep(trust.kind === 'unproven' ? UNPROVEN_MS : PROVE_AGAIN_MS, ending.signal);
      await prove().catch(() => undefined);
    }
  };
  const firstProof = prove().catch(() => undefined);
  const ended = firstProof.then(proveAgainAndAgain);

  return {
    async check(credential, signal) {
      await firstProof;
      if (trust.kind === 'unproven') return { kind: 'unavailable', problem: failure ?? UNREACHABLE };
      if (trust.kind === 'open') return { kind: 'known', caller: ANONYMOUS_CALLER };
      const verdict = await checkWith(deps, credential, signal);
      failure = verdict.kind === 'unavailable' ? verdict.problem : undefined;
      return credential.kind === 'bearer' && isOf(trust.nobody, verdict) ? known(ANONYMOUS_CALLER) : verdict;
    },
    challenge({ hadToken }) {
      const challenge = trust.kind === 'proven' ? trust.challenge : undefined;
      return challenge?.kind === 'bearer' ? printChallenge(challenge, hadToken) : BASIC_CHALLENGE;
    },
    isPublic: () => (trust.kind === 'unproven' ? undefined : trust.isPublic),
    problem: () => (trust.kind === 'open' ? REGISTRY_OPEN : failure),
    generation: () => generation,
    async close() {
      ending.abort();
      await ended;
      await client.close();
    },
  };
}

const UNREACHABLE: Problem = { reason: 'RegistryUnreachable', message: 'the registry was not asked yet' };

const REGISTRY_OPEN: Problem = {
  reason: 'RegistryOpen',
  message:
    'the registry accepts any name and password, or any token, which proves nothing: every caller of search is anonymous; give the registry an authentication, or choose another search.access.mode',
};

function unreachable(why: string): Problem {
  return {
    reason: 'RegistryUnreachable',
    message: `callers whose login is not remembered cannot be authenticated: ${why}`,
  };
}

async function checkWith(
  deps: RegistryAuthenticatorDeps,
  credential: Presented,
  signal: AbortSignal,
): Promise<Verdict> {
  return credential.kind === 'basic' ? checkBasic(deps, credential, signal) : checkBearer(deps, credential, signal);
}

async function checkBasic(
  deps: RegistryAuthenticatorDeps,
  credential: BasicCredential,
  signal: AbortSignal,
): Promise<Verdict> {
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
  deps: RegistryAuthenticatorDeps,
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
  { client }: RegistryAuthenticatorDeps,
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
function bearerOf(token: string): Pick<Extract<Verdict, { kind: 'known' }>, 'caller' | 'expiresAtMs'> {
  const claims = claimsOf(token);
  if (!claims) return { caller: { kind: 'authenticated', user: undefined, groups: [] } };
  const { subject, expiresAtMs } = claims;
  return {
    caller: subject === '' ? ANONYMOUS_CALLER : { kind: 'authenticated', user: subject, groups: [] },
    expiresAtMs,
  };
}

function known(caller: Caller): Verdict {
  return { kind: 'known', caller };
}

type Unavailable = Extract<Verdict, { kind: 'unavailable' }>;

/** Tries random credentials. Rejects only by the signal. */
async function proofOf(deps: RegistryAuthenticatorDeps, signal: AbortSignal): Promise<Proof | Unavailable> {
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
  { address, client }: RegistryAuthenticatorDeps,
  challenge: Challenge | undefined,
  signal: AbortSignal,
): Promise<Caller> {
  if (challenge?.kind !== 'bearer') return ANONYMOUS_CALLER;
  const url = tokenUrlOf(address, challenge.realm);
  const fetched = url && (await client.fetchToken({ url, service: challenge.service, credential: undefined }, signal));
  return fetched?.kind === 'token' ? bearerOf(fetched.token).caller : ANONYMOUS_CALLER;
}

function isOf(caller: Caller, verdict: Verdict): boolean {
  if (verdict.kind !== 'known' || verdict.caller.kind === 'anonymous' || caller.kind === 'anonymous') return false;
  return verdict.caller.user === caller.user;
}

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
