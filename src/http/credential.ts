import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares with a secret in constant time, whatever the lengths. */
export function createSecretCheck(secret: string): (given: string) => boolean {
  const expected = digestOf(secret);
  return (given) => timingSafeEqual(digestOf(given), expected);
}

/**
 * Whether an `Authorization` header carries the token: as `Bearer <token>`, or as the password of Basic with any user.
 */
export function createCredentialCheck(token: string): (authorization: string | undefined) => boolean {
  const isToken = createSecretCheck(token);
  return (authorization) => {
    const given = tokenIn(authorization ?? '');
    return isToken(given ?? '') && given !== undefined;
  };
}

function tokenIn(authorization: string): string | undefined {
  const [, scheme = '', credentials = ''] = /^(\S+) +(\S+) *$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  return readBasic(credentials)?.password;
}

/** Whether a text can be sent as a token: other characters cannot stand in a header. */
export function isSendableToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/** A user and the password. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** The value of an `Authorization` header, after RFC 7617. */
export function printBasic({ user, password }: Login): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/**
 * What such a header, or a file of `docker login`, has in base64. Undefined without a colon, which no name can hold.
 */
export function readBasic(base64: string): Login | undefined {
  const pair = Buffer.from(base64, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : { user: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
