import type { Problem } from '../../api/conditions.ts';
import { createAdaptiveLimit } from '../../async/adaptive-limit.ts';
import { createSingleFlight, type Waiting } from '../../async/single-flight.ts';
import type { Answer } from '../../search/api.ts';
import type { CallerView } from './access.ts';
import type { Attempt, Attempts } from './attempts.ts';
import type { Authenticator, Verdict } from './authenticator.ts';
import { credentialIn, type Presented, type Unchecked } from './credential.ts';
import type { KnownCaller, KnownCallers } from './known-callers.ts';
import type { Views } from './views.ts';

/** What became of a credential. */
export type Outcome = Checked | Unchecked;

export type Checked =
  | { readonly kind: 'seen'; readonly view: CallerView | undefined; readonly isAnonymous: boolean }
  | { readonly kind: 'refused' }
  /** Too many wrong passwords for that name. */
  | { readonly kind: 'throttled'; readonly retrySeconds: number }
  /** Too many credentials are being checked. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'unavailable'; readonly problem: Problem };

/**
 * Finds the caller of a credential: from memory, or by the authenticator, once for all requests that bring the same.
 */
export interface CallerCheck {
  /** Takes the value of the header, which is read only where nothing is remembered of it. */
  check(header: string, client: Client): Answer<Outcome>;
}

/** A Fastify request fits this; its signal is made when it is read. */
export interface Client extends Waiting {
  /** The address that the request came from. */
  readonly ip: string;
}

export interface CallerCheckDeps {
  readonly authenticator: Authenticator;
  readonly known: KnownCallers;
  readonly attempts: Attempts;
  readonly views: Views;
  /** How long a good credential is remembered. */
  readonly recheckMs: number;
  /** Called with the result of each check that was not answered from memory. */
  readonly onCheck: (result: CheckResult) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Stable words, for a metric. */
export type CheckResult = 'known' | 'refused' | 'throttled' | 'busy' | 'unavailable';

/** How long a caller stays known, from the last good check on, while credentials cannot be checked. */
const UNCHECKED_MS = 10 * 60_000;
/** Until the check is tried again for a caller who stays known meanwhile. */
const TRY_AGAIN_MS = 5_000;
const AT_ONCE = 8;
const MAX_WAITING = 64;

export function createCallerCheck(deps: CallerCheckDeps): CallerCheck {
  const { authenticator, known, attempts, views, now } = deps;
  const work = createSingleFlight<Checked>();
  const limit = createAdaptiveLimit({ max: AT_ONCE, isOverload: () => false });
  let pending = 0;
  let generation = authenticator.generation();

  /** Forgets callers who were known by an earlier state, such as the file of passwords before this one. */
  const forgetOld = () => {
    const current = authenticator.generation();
    if (current !== generation) known.clear();
    generation = current;
  };

  const seen = ({ caller }: KnownCaller): Checked => {
    const view = views.of(caller, authenticator.isPublic() ?? false);
    return { kind: 'seen', view, isAnonymous: caller.kind === 'anonymous' };
  };

  /** A caller from memory, as long as nothing has to be asked. */
  const remembered = (key: string): Checked | undefined => {
    const caller = known.get(key);
    const nowMs = now();
    if (caller && nowMs < caller.recheckAtMs && nowMs >= caller.checkedAtMs) return seen(caller);
    return caller === undefined && known.wasRefused(key) ? { kind: 'refused' } : undefined;
  };

  const conclude = (key: string, verdict: Verdict): Checked => {
    if (verdict.kind === 'refused') {
      known.refuse(key);
      return verdict;
    }
    if (verdict.kind === 'unavailable') return withoutAnswer(key, verdict);
    const { caller, expiresAtMs = Number.POSITIVE_INFINITY } = verdict;
    const recheckAtMs = Math.min(now() + deps.recheckMs, expiresAtMs);
    const entry = { caller, checkedAtMs: now(), recheckAtMs, expiresAtMs };
    known.set(key, entry);
    return seen(entry);
  };

  const withoutAnswer = (key: string, verdict: Extract<Verdict, { kind: 'unavailable' }>): Checked => {
    const caller = known.get(key);
    if (!caller || now() - caller.checkedAtMs > UNCHECKED_MS || now() >= caller.expiresAtMs) return verdict;
    caller.recheckAtMs = Math.min(now() + TRY_AGAIN_MS, caller.expiresAtMs);
    return seen(caller);
  };

  const ask = async (key: string, credential: Presented, signal: AbortSignal): Promise<Checked> => {
    if (pending >= AT_ONCE + MAX_WAITING) return { kind: 'busy' };
    pending += 1;
    const asked = authenticator.generation();
    try {
      const verdict = await limit.run(() => authenticator.check(credential, signal), signal);
      // What was found out about a file that is another now is not kept.
      return authenticator.generation() === asked ? conclude(key, verdict) : await ask(key, credential, signal);
    } finally {
      pending -= 1;
    }
  };

  const askOnce = async (key: string, { credential, address }: Asking, signal: AbortSignal): Promise<Checked> => {
    const attempt = known.get(key) ? undefined : attemptOf(credential, address);
    const retrySeconds = attempt && attempts.begin(attempt);
    if (retrySeconds !== undefined) return { kind: 'throttled', retrySeconds };
    let outcome: Checked | undefined;
    try {
      outcome = await ask(key, credential, signal);
      return outcome;
    } finally {
      if (attempt && outcome?.kind !== 'refused') attempts.forgive(attempt);
    }
  };

  const checkNew = (key: string, credential: Presented, client: Client): Answer<Checked> => {
    const asking = { credential, address: client.ip };
    return work.begin(key, client, async (signal) => {
      const outcome = await askOnce(key, asking, signal);
      deps.onCheck(outcome.kind === 'seen' ? 'known' : outcome.kind);
      return outcome;
    });
  };

  return {
    check(header, client) {
      forgetOld();
      const key = known.keyOf(header);
      const ready = remembered(key) ?? work.join(key, client);
      if (ready) return ready;
      const credential = credentialIn(header);
      const isChecked = credential.kind === 'basic' || credential.kind === 'bearer';
      return isChecked ? checkNew(key, credential, client) : credential;
    },
  };
}

interface Asking {
  readonly credential: Presented;
  readonly address: string;
}

/** Undefined for tokens: they are too long to be guessed. */
function attemptOf(credential: Presented, address: string): Attempt | undefined {
  return credential.kind === 'basic' ? { name: credential.name, address } : undefined;
}
