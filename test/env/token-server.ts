import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
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
  /** Gives clients that ask for it when they log in an identity token, which buys tokens from then on. */
  readonly givesIdentityTokens?: boolean;
  /** How long tokens are valid. */
  readonly validSeconds?: number;
}

type Algorithm = 'ES256' | 'RS256';

/**
 * Gives anybody who asks a token to pull what they name, or to list the catalogue, as the token servers of public
 * registries do.
 */
export async function startTokenServer(options: TokenServerOptions = {}): Promise<TokenServer> {
  const { users, algorithm = 'ES256', validSeconds = VALID_SECONDS, givesIdentityTokens = false } = options;
  const { path: directory, remove } = await tempDirectory('tokens');
  const { privateKey, publicKey } = keyPair(algorithm);
  const jwks = join(directory, 'jwks.json');
  const key = { ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: algorithm };
  await writeFile(jwks, JSON.stringify({ keys: [key] }));
  const scopes: string[] = [];
  const identityTokens = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const asked = await parametersOf(request);
    const scope = asked.get('scope') ?? '';
    scopes.push(scope);
    const identityToken = asked.get('refresh_token');
    const subject =
      identityToken === null ? subjectOf(request.headers.authorization, users) : identityTokens.get(identityToken);
    if (subject === undefined) return void response.writeHead(401).end();
    const claims = { scope, service: asked.get('service') ?? '', subject, validSeconds };
    const token = tokenFor(claims, { key: privateKey, algorithm });
    const isLogin = givesIdentityTokens && asked.get('offline_token') === 'true' && subject !== '';
    const given = isLogin ? { refresh_token: identityTokenFor(subject) } : {};
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ token, access_token: token, expires_in: validSeconds, ...given }));
  });
  const identityTokenFor = (subject: string) => {
    const token = randomUUID();
    identityTokens.set(token, subject);
    return token;
  };
  const port = await listen(server);
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    await remove();
  };
  return { realm: `http://127.0.0.1:${port}/token`, service: SERVICE, issuer: ISSUER, jwks, scopes, stop };
}

/** Of the query, and of the form that OAuth sends. */
async function parametersOf(request: IncomingMessage): Promise<URLSearchParams> {
  const { search } = new URL(request.url ?? '', 'http://tokens');
  return new URLSearchParams(`${search}&${request.method === 'POST' ? await text(request) : ''}`);
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
  readonly validSeconds: number;
}

interface SigningKey {
  readonly key: KeyObject;
  readonly algorithm: Algorithm;
}

function tokenFor({ scope, service, subject, validSeconds }: AskedToken, { key, algorithm }: SigningKey): string {
  const [type, name] = scope.split(':');
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, nbf: now, exp: now + validSeconds };
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
