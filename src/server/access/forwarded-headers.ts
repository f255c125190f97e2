import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { createSecretCheck } from '../../http/credential.ts';
import type { Caller } from './rules.ts';
import type { WatchedFile } from './watched-file.ts';

/** The headers in which a proxy names the caller that it has logged in. */
export interface ForwardedHeaders {
  readonly user: string;
  /** Groups with commas between them. */
  readonly groups: string;
  /** The secret by which the proxy proves itself. */
  readonly secret: string;
}

export type Forwarded =
  | { readonly kind: 'caller'; readonly caller: Caller }
  /** It claims to come from the proxy, and does not prove it. */
  | { readonly kind: 'unproven' }
  | { readonly kind: 'unavailable' };

export interface ForwardedDeps {
  readonly names: ForwardedHeaders;
  /** Holds the secret. */
  readonly file: WatchedFile;
}

/** A shorter secret could be tried out. */
const LEAST_SECRET_LENGTH = 16;
const MAX_GROUPS = 1_000;

/** Reads which user a request is from. Without the secret it is anonymous, and is refused if it claims a user. */
export function createForwardedReader({ names, file }: ForwardedDeps): (headers: IncomingHttpHeaders) => Forwarded {
  return (headers) => {
    const claims = [names.user, names.groups, names.secret].map((name) => headers[name]);
    if (claims.every((claim) => claim === undefined)) return ANONYMOUS;
    const secret = file.text()?.trim();
    if (secret === undefined || secret.length < LEAST_SECRET_LENGTH) return { kind: 'unavailable' };
    const [user, groups, given] = claims;
    if (typeof given !== 'string' || !createSecretCheck(secret)(textOf(given))) return { kind: 'unproven' };
    if (user === undefined || user === '') return ANONYMOUS;
    return { kind: 'caller', caller: { kind: 'authenticated', user: textOf(user), groups: groupsIn(groups) } };
  };
}

const ANONYMOUS: Forwarded = { kind: 'caller', caller: { kind: 'anonymous' } };

function groupsIn(value: string | readonly string[] | undefined): string[] {
  const groups = textOf(value ?? '')
    .split(',', MAX_GROUPS)
    .map((group) => group.trim());
  return [...new Set(groups.filter((group) => group !== ''))].toSorted();
}

/**
 * Node joins most headers that come several times by commas, and makes lists of others. It reads them as Latin-1, and
 * proxies write names as UTF-8.
 */
function textOf(value: string | readonly string[]): string {
  const text = typeof value === 'string' ? value : value.join(',');
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
}
