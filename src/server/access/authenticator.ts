import type { Problem } from '../../api/conditions.ts';
import type { Presented } from './credential.ts';
import type { Caller } from './rules.ts';

/** What is known of a credential after it was checked. */
export type Verdict =
  | {
      readonly kind: 'known';
      readonly caller: Caller;
      /** When the credential ends by itself; milliseconds since 1970. */
      readonly expiresAtMs?: number | undefined;
    }
  | { readonly kind: 'refused' }
  /** What the authenticator asks does not answer. */
  | { readonly kind: 'unavailable'; readonly problem: Problem };

/** Authenticates callers: finds the user of a credential. */
export interface Authenticator {
  /** Never rejects, except with the signal's reason. */
  check(credential: Presented, signal: AbortSignal): Promise<Verdict>;
  /** What clients are asked for at `/v2/`, as the value of `WWW-Authenticate`. */
  challenge(asked: ChallengeFor): string;
  /** Whether everybody may pull without a login; undefined while that is not known. */
  isPublic(): boolean | undefined;
  /** What is wrong with it as a whole; undefined where nothing is. */
  problem(): Problem | undefined;
  /** Changes when no earlier result holds any longer. */
  generation(): number;
  close(): Promise<void>;
}

export interface ChallengeFor {
  /** Whether a token came that does not suffice. */
  readonly hadToken: boolean;
}

/** What browsers, curl and docker are asked for. */
export const BASIC_CHALLENGE = 'Basic realm="registry-index", charset="UTF-8"';
