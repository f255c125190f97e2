import { isRecord } from '../../../json/is-record.ts';

/** What a token claims. It counts only after the registry has accepted the token. */
export interface TokenClaims {
  /** Empty for a token without a name. */
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number | undefined;
}

/** Undefined for a token that is no JWT. */
export function claimsOf(token: string): TokenClaims | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  const [header, claims] = parts.map(jsonIn);
  if (!isRecord(header) || !isRecord(claims)) return undefined;
  const { sub, exp } = claims;
  return {
    subject: typeof sub === 'string' ? sub : '',
    expiresAtMs: typeof exp === 'number' && Number.isFinite(exp) ? exp * 1_000 : undefined,
  };
}

function jsonIn(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
