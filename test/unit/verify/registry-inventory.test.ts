import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import type { Proof } from '../../../src/registry-login/found-login.ts';
import { createDistributionClient, type DistributionClient } from '../../../src/verify/distribution-client.ts';
import { inventoryOfRegistry } from '../../../src/verify/registry-inventory.ts';
import { collect } from '../../support/collect.ts';
import { listen } from '../../support/network/listen.ts';

const { signal } = new AbortController();
const DIGEST = `sha256:${'a'.repeat(64)}`;

interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
}

let client: DistributionClient | undefined;
let stop: (() => void) | undefined;

afterEach(async () => {
  stop?.();
  await client?.close();
});

/** A registry that answers as `reply` says; what it does not say is a tag that points to DIGEST. */
async function registryThat(reply: (path: string, request: IncomingMessage) => Reply | undefined, credentials?: Proof) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const {
      status = 200,
      headers = {},
      json,
    } = reply(path, request) ?? { headers: { 'docker-content-digest': DIGEST } };
    response.writeHead(status, headers).end(json === undefined ? '' : JSON.stringify(json));
  });
  const url = new URL(`http://127.0.0.1:${await listen(server)}`);
  stop = () => {
    server.close();
    server.closeAllConnections();
  };
  client = createDistributionClient({ url, credentials, concurrency: 4 });
  const inventory = inventoryOfRegistry({ client, url, concurrency: 4 });
  const read = async () => {
    const all = await collect(inventory.all(signal));
    return Object.fromEntries(all.map(({ name, tags }) => [name, [...tags.keys()]]));
  };
  return { inventory, asked, read };
}

const catalogue = (...repositories: string[]): Reply => ({ json: { repositories } });
const withNext = (reply: Reply, link: string): Reply => ({ ...reply, headers: { link: `<${link}>; rel="next"` } });

test('pages of names and of tags are followed to their end', async () => {
  const { read } = await registryThat((path) => {
    if (path === '/v2/_catalog?n=1000') return withNext(catalogue('a', 'b'), '/v2/_catalog?last=b&n=1000');
    if (path.startsWith('/v2/_catalog')) return catalogue('c');
    if (path === '/v2/b/tags/list') return withNext({ json: { tags: ['v1'] } }, '/v2/b/tags/list?last=v1');
    if (path === '/v2/b/tags/list?last=v1') return { json: { tags: ['v2'] } };
    return path.endsWith('/tags/list') ? { json: { tags: null } } : undefined;
  });
  expect(await read()).toEqual({ a: [], b: ['v1', 'v2'], c: [] });
});

test('a registry that gives only smaller pages is asked for those', async () => {
  const { read } = await registryThat((path) => {
    if (path === '/v2/_catalog?n=1000') return { status: 400 };
    if (path === '/v2/_catalog') return catalogue('a');
    return path.endsWith('/tags/list') ? { json: { tags: ['v1'] } } : undefined;
  });
  expect(await read()).toEqual({ a: ['v1'] });
});

test('a link to another host is not followed', async () => {
  const { read } = await registryThat((path) => {
    if (path.startsWith('/v2/_catalog')) return withNext(catalogue('a'), 'http://127.0.0.1:1/v2/_catalog');
    return { status: 404 };
  });
  expect(await read()).toEqual({ a: [] });
});

test('names and tags that no registry may have are left out, and a tag that is not there is unresolved', async () => {
  const { inventory } = await registryThat((path) => {
    if (path.startsWith('/v2/_catalog')) return catalogue('a', '../b', 'A B');
    if (path.endsWith('/tags/list')) return { json: { tags: ['v1', '../v2', 'gone', 3] } };
    return path.endsWith('/gone') ? { status: 404 } : undefined;
  });
  expect(await collect(inventory.all(signal))).toEqual([
    { name: 'a', tags: new Map([['v1', DIGEST]]), unresolved: new Set(['gone']) },
  ]);
});

test('what fails for a moment is asked for again', async () => {
  let failures = 3;
  const { read, asked } = await registryThat((path) => {
    failures -= 1;
    if (failures >= 0) return { status: 503 - failures };
    return path.startsWith('/v2/_catalog') ? catalogue() : undefined;
  });
  expect(await read()).toEqual({});
  expect(asked).toHaveLength(4);
});

test('a token is fetched with the password, and shown again for the same repository', async () => {
  const tokens: string[] = [];
  const { inventory } = await registryThat(
    (path, { headers }) => {
      if (path.startsWith('/token')) {
        tokens.push(path);
        return { json: headers.authorization === `Basic ${btoa('ann:secret')}` ? { token: 't' } : {} };
      }
      const challenge = `Bearer realm="http://${headers.host}/token",service="s"`;
      if (headers.authorization !== 'Bearer t') return { status: 401, headers: { 'www-authenticate': challenge } };
      return path.endsWith('/tags/list') ? { json: { tags: ['v1', 'v2'] } } : undefined;
    },
    { kind: 'password', login: { user: 'ann', password: 'secret' } },
  );
  expect((await inventory.read('a', signal)).tags.size).toBe(2);
  expect(tokens).toEqual(['/token?scope=repository%3Aa%3Apull&service=s']);
});

test('a refusal says what to do, without the password', async () => {
  const basic = { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } };
  const open = await registryThat(() => basic);
  await expect(open.read()).rejects.toThrow(
    'the registry answered 401 to GET /v2/_catalog?n=1000: set REGISTRY_USERNAME and REGISTRY_PASSWORD, or name a file with --auth-file',
  );
  const closed = await registryThat(() => basic, { kind: 'password', login: { user: 'ann', password: 'secret' } });
  await expect(closed.read()).rejects.toThrow(
    'the registry answered 401 to GET /v2/_catalog?n=1000: the credentials may not read that',
  );
});

test('a service that is no registry is no empty registry', async () => {
  const { read } = await registryThat(() => ({ json: {} }));
  await expect(read()).rejects.toThrow(
    'the registry answered 200 to GET /v2/_catalog, and no list of its repositories',
  );
});
