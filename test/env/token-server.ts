import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { listen } from '../support/network/listen.ts';
import { tempDirectory } from './temp-directory.ts';

/** As a registry's configuration names the one it trusts. */
export interface TokenAuthority {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** A file with the key its tokens are checked by. */
  readonly jwks: string;
}

export interface TokenServer extends TokenAuthority {
  /** The scopes it was asked for, in their order. */
  readonly scopes: readonly string[];
  stop(): Promise<void>;
}

const SERVICE = 'registry.test';
const ISSUER = 'tokens.test';
const KEY_ID = 'test-key';
const VALID_SECONDS = 300;

export interface TokenServerOptions {
  /** Passwords by name. A wrong one gets no token; without these, and without a login, tokens name nobody. */
  readonly users?: Readonly<Record<string, string>>;
  readonly algorithm?: Algorithm;
}

type Algorithm = 'ES256' | 'RS256';

/** Gives anybody who asks a token to pull what they name, or to list the catalogue, as the token servers of public registries do. */
export async function startTokenServer({ users, algorithm = 'ES256' }: TokenServerOptions = {}): Promise<TokenServer> {
  const { path: directory, remove } = await tempDirectory('tokens');
  const { privateKey, publicKey } = keyPair(algorithm);
  const jwks = join(directory, 'jwks.json');
  const key = { ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: algorithm };
  await writeFile(jwks, JSON.stringify({ keys: [key] }));
  const scopes: string[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://tokens');
    const scope = searchParams.get('scope') ?? '';
    scopes.push(scope);
    const subject = subjectOf(request.headers.authorization, users);
    if (subject === undefined) return void response.writeHead(401).end();
    response.setHeader('content-type', 'application/json');
    const asked = { scope, service: searchParams.get('service') ?? '', subject };
    response.end(JSON.stringify({ token: tokenFor(asked, { key: privateKey, algorithm }) }));
  });
  const port = await listen(server);
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    await remove();
  };
  return { realm: `http://127.0.0.1:${port}/token`, service: SERVICE, issuer: ISSUER, jwks, scopes, stop };
}

function keyPair(algorithm: Algorithm) {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/** Empty for nobody; undefined for a wrong password. */
function subjectOf(authorization: string | undefined, users: TokenServerOptions['users']): string | undefined {
  if (authorization === undefined || users === undefined) return '';
  const [name = '', password] = Buffer.from(authorization.replace(/^basic /i, ''), 'base64')
    .toString()
    .split(':');
  return password !== undefined && users[name] === password ? name : undefined;
}

interface AskedToken {
  /** `repository:NAME:ACTIONS`, `registry:catalog:*`, or nothing. */
  readonly scope: string;
  readonly service: string;
  readonly subject: string;
}

interface SigningKey {
  readonly key: KeyObject;
  readonly algorithm: Algorithm;
}

function tokenFor({ scope, service, subject }: AskedToken, { key, algorithm }: SigningKey): string {
  const [type, name] = scope.split(':');
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, nbf: now, exp: now + VALID_SECONDS };
  const granted = { type, name, actions: [type === 'registry' ? '*' : 'pull'] };
  const claims = { iss: ISSUER, sub: subject, aud: service, ...times, access: scope === '' ? [] : [granted] };
  const content = [{ alg: algorithm, typ: 'JWT', kid: KEY_ID }, claims].map(encode).join('.');
  const bytes = Buffer.from(content);
  const signature = sign('sha256', bytes, algorithm === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key);
  return `${content}.${signature.toString('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
