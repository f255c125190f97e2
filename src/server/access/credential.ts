import type { IncomingMessage } from 'node:http';
import { readBasic } from '../../http/credential.ts';

/** The credential of a request. */
export type Credential = { readonly kind: 'none' } | Sent;

/** What a header says. */
export type Sent = Presented | Unchecked;

/** A header in which there is nothing to check. */
export type Unchecked =
  /** Basic of no name and no password, as docker sends it without a login. */
  | { readonly kind: 'empty' }
  /** What no client sends by itself: another scheme, two headers, or no name. */
  | { readonly kind: 'unusable' };

/** What can be checked. */
export type Presented = BasicCredential | BearerCredential;

export interface BasicCredential {
  readonly kind: 'basic';
  readonly name: string;
  readonly password: string;
  /** The whole value of the header. */
  readonly header: string;
}

export interface BearerCredential {
  readonly kind: 'bearer';
  readonly token: string;
  /** The whole value of the header. */
  readonly header: string;
}

const BASIC = /^basic +([A-Za-z0-9+/=_-]+) *$/i;
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;
/** A name is shown in no answer, but is counted with; a longer one is refused. */
const MAX_NAME_LENGTH = 256;

type Headers = Pick<IncomingMessage, 'headers' | 'rawHeaders'>;

/**
 * The header `Authorization` of a request. Undefined also where there are several: Node gives the first of them, and a
 * proxy before it may have looked at another.
 */
export function soleAuthorization({ headers, rawHeaders }: Headers): string | undefined {
  return headers.authorization === undefined || hasSeveral(rawHeaders) ? undefined : headers.authorization;
}

/** Reads the header `Authorization` of a request. */
export function credentialOf(request: Headers): Credential {
  if (request.headers.authorization === undefined) return NONE;
  const header = soleAuthorization(request);
  return header === undefined ? UNUSABLE : credentialIn(header);
}

/** Reads the value of the header. */
export function credentialIn(header: string): Sent {
  const [, pair] = BASIC.exec(header) ?? [];
  if (pair !== undefined) return basicOf(header, pair);
  const [, token] = BEARER.exec(header) ?? [];
  return token === undefined ? UNUSABLE : { kind: 'bearer', token, header };
}

const NONE: Credential = { kind: 'none' };
const EMPTY: Unchecked = { kind: 'empty' };
const UNUSABLE: Unchecked = { kind: 'unusable' };

function hasSeveral(rawHeaders: readonly string[]): boolean {
  let found = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 13 && name.toLowerCase() === 'authorization') found += 1;
  }
  return found > 1;
}

function basicOf(header: string, pair: string): Sent {
  const login = readBasic(pair);
  if (!login) return UNUSABLE;
  const { user: name, password } = login;
  if (name === '') return password === '' ? EMPTY : UNUSABLE;
  if (name.length > MAX_NAME_LENGTH || /\p{Cc}/u.test(name)) return UNUSABLE;
  return { kind: 'basic', name, password, header };
}
