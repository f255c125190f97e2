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

/** Gives anybody who asks a token to pull what they name, or to list the catalogue, as the token servers of public registries do. */
export async function startTokenServer(): Promise<TokenServer> {
  const { path: directory, remove } = await tempDirectory('tokens');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwks = join(directory, 'jwks.json');
  const key = { ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'ES256' };
  await writeFile(jwks, JSON.stringify({ keys: [key] }));
  const scopes: string[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://tokens');
    const scope = searchParams.get('scope') ?? '';
    scopes.push(scope);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ token: tokenFor(scope, searchParams.get('service') ?? '', privateKey) }));
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

/** `scope` is `repository:NAME:ACTIONS` or `registry:catalog:*`. */
function tokenFor(scope: string, service: string, key: KeyObject): string {
  const [type, name] = scope.split(':');
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, nbf: now, exp: now + VALID_SECONDS };
  const claims = {
    iss: ISSUER,
    sub: '',
    aud: service,
    ...times,
    access: [{ type, name, actions: [type === 'registry' ? '*' : 'pull'] }],
  };
  const content = [{ alg: 'ES256', typ: 'JWT', kid: KEY_ID }, claims].map(encode).join('.');
  return `${content}.${sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
