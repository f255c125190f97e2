import type { Problem } from '../../../api/conditions.ts';
import { type Authenticator, BASIC_CHALLENGE, type Verdict } from '../authenticator.ts';
import { ANONYMOUS_CALLER, type Caller } from '../rules.ts';
import { printChallenge } from './challenge.ts';
import { type AskedRegistry, checkWith, known } from './credential-check.ts';
import { type Proof, proofOf } from './proof.ts';

export interface RegistryAuthenticatorDeps extends AskedRegistry {
  /** Waits; ends early when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Whether the registry can be trusted to authenticate callers. */
type Trust = { readonly kind: 'unproven' } | Proof;

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

function isOf(caller: Caller, verdict: Verdict): boolean {
  if (verdict.kind !== 'known' || verdict.caller.kind === 'anonymous' || caller.kind === 'anonymous') return false;
  return verdict.caller.user === caller.user;
}
