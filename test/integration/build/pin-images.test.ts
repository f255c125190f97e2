import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Artefact, image, tagged } from '../../../src/standalone/sample/artefacts.ts';
import { freePort } from '../../env/free-port.ts';
import { push } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';
import { startTokenServer, type TokenServer } from '../../env/token-server.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { listen } from '../../support/network/listen.ts';

interface Outcome {
  readonly code: number;
  readonly output: string;
}

const BUCKET = 'images';
const created = new Date('2026-11-01T00:00:00Z');
const node = image({ platforms: ['linux/amd64', 'linux/arm64/v8'], created, content: 'node 24.1' });
const newerNode = image({ platforms: ['linux/amd64', 'linux/arm64/v8'], created, content: 'node 24.2' });
const single = image({ platforms: ['linux/amd64'], created, content: 'runtime' });
const digestOf = (artefact: Artefact) => tagged(artefact).digest;

let temp: TempDirectory;
let file: string;

beforeEach(async () => {
  temp = await tempDirectory('pins');
  file = join(temp.path, 'Dockerfile');
});

afterEach(() => temp.remove());

/** Runs the command on a Dockerfile of these lines; `check` gives what it then looks like. */
async function pin(lines: readonly string[], ...options: readonly string[]): Promise<Outcome & { text: string }> {
  await writeFile(file, lines.join('\n'));
  return { ...(await run(...options)), text: await readFile(file, 'utf8') };
}

function run(...options: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/pin-images.ts', '--file', file, ...options], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` });
    });
  });
}

describe('npm run pin:images, with real registries,', () => {
  let s3: S3Server;
  let tokens: TokenServer;
  /** Lets everybody in, as gcr.io does. */
  let open: Registry;
  /** The same images for who brings a token, as Docker Hub does. */
  let guarded: Registry;

  beforeAll(async () => {
    s3 = await startVersityGw({ buckets: [BUCKET] });
    tokens = await startTokenServer();
    open = await startRegistry({ s3, bucket: BUCKET });
    guarded = await startRegistry({ s3, bucket: BUCKET, auth: { token: tokens } });
    await push(open.url, 'library/node', '24-slim', node);
    await push(open.url, 'base/runtime', 'nonroot', single);
  });

  afterAll(async () => {
    await guarded?.stop();
    await open?.stop();
    await tokens?.stop();
    await s3?.stop();
  });

  test('writes beside each tag the digest of the index, which serves every platform', async () => {
    const { code, output, text } = await pin([
      `ARG BUILDER=${open.host}/library/node:24-slim`,
      `FROM --platform=$BUILDPLATFORM \${BUILDER} AS build # not here`,
      `FROM ${open.host}/base/runtime:nonroot`,
      'COPY --from=build /app /app',
      '',
    ]);
    expect(text.split('\n')).toEqual([
      `ARG BUILDER=${open.host}/library/node:24-slim@${digestOf(node)}`,
      `FROM --platform=$BUILDPLATFORM \${BUILDER} AS build # not here`,
      `FROM ${open.host}/base/runtime:nonroot@${digestOf(single)}`,
      'COPY --from=build /app /app',
      '',
    ]);
    expect(output).toContain(`24-slim@${digestOf(node)} (linux/amd64, linux/arm64/v8)`);
    expect(output).toContain(`nonroot@${digestOf(single)} (for one platform)`);
    expect(code).toBe(0);
  });

  test('fetches a token where the registry wants one', async () => {
    const { code, text } = await pin([`FROM ${guarded.host}/library/node:24-slim`]);
    expect(text).toBe(`FROM ${guarded.host}/library/node:24-slim@${digestOf(node)}`);
    expect(tokens.scopes).toEqual(['repository:library/node:pull']);
    expect(code).toBe(0);
  });

  test('follows a tag that has moved, and says so when it only checks', async () => {
    const name = `${open.host}/library/node:moving`;
    await push(open.url, 'library/node', 'moving', node);
    expect(await pin([`FROM ${name}`], '--check')).toMatchObject({ code: 1, text: `FROM ${name}` });
    expect((await pin([`FROM ${name}`])).text).toBe(`FROM ${name}@${digestOf(node)}`);
    expect(await run('--check')).toMatchObject({ code: 0 });

    await push(open.url, 'library/node', 'moving', newerNode);
    const moved = await run('--check');
    expect(moved.output).toContain(`${name} is pinned to ${digestOf(node)}; now it is ${name}@${digestOf(newerNode)}`);
    expect(moved.code).toBe(1);
    expect(await readFile(file, 'utf8')).toBe(`FROM ${name}@${digestOf(node)}`);

    expect(await run()).toMatchObject({ code: 0 });
    expect(await readFile(file, 'utf8')).toBe(`FROM ${name}@${digestOf(newerNode)}`);
    expect((await run()).output).toContain('has them already');
  });

  test('leaves a digest without a tag as it is, once the registry has shown that it has it', async () => {
    const pinned = `FROM ${open.host}/library/node@${digestOf(node)}`;
    expect(await pin([pinned])).toMatchObject({ code: 0, text: pinned });
    expect(await run('--check')).toMatchObject({ code: 0 });
    const absent = `FROM ${open.host}/library/node@sha256:${'0'.repeat(64)}`;
    expect(await pin([absent], '--check')).toMatchObject({ code: 1, text: absent });
  });

  test('writes nothing at all when one image is not there', async () => {
    const lines = [`FROM ${open.host}/library/node:24-slim AS x`, `FROM ${open.host}/library/node:25`];
    const { code, output, text } = await pin(lines);
    expect(output).toBe(`${open.host} has no image library/node:25.\nNothing was changed.\n`);
    expect(text).toBe(lines.join('\n'));
    expect(code).toBe(1);
  });

  test('says in a sentence that a registry cannot be reached', async () => {
    const host = `127.0.0.1:${await freePort()}`;
    const { code, output, text } = await pin([`FROM ${host}/library/node:24`]);
    expect(output).toBe(
      `${host} cannot be reached (ECONNREFUSED); check the network, or set HTTPS_PROXY.\nNothing was changed.\n`,
    );
    expect(text).toBe(`FROM ${host}/library/node:24`);
    expect(code).toBe(1);
  });

  test.each([
    ['an unknown option', ['FROM a:1'], ['--chek'], 'npm run pin:images'],
    ['a file that is not there', ['FROM a:1'], ['--file', '/nowhere/Dockerfile'], '/nowhere/Dockerfile cannot be read'],
    ['a name that is none', ['FROM Node'], [], '"Node" is not the name of an image'],
    ['an image put together of variables', ['ARG V=24', 'FROM node:$V'], [], 'write the whole image there'],
  ])('says what to do about %s', async (_, lines, options, sentence) => {
    const { code, output, text } = await pin(lines, ...options);
    expect(output).toContain(sentence);
    expect(output).not.toContain('    at ');
    expect(text).toBe(lines.join('\n'));
    expect(code).toBe(1);
  });
});

describe('npm run pin:images, where a registry answers what no registry should,', () => {
  const INDEX = 'application/vnd.oci.image.index.v1+json';
  const headers = { 'content-type': INDEX };

  /** What comes of one image in a registry that answers so. */
  async function pinAgainst(answer: RequestListener): Promise<Outcome & { text: string; host: string }> {
    const server = createServer(answer);
    const host = `127.0.0.1:${await listen(server)}`;
    try {
      return { ...(await pin([`FROM ${host}/a:1`])), host };
    } finally {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    }
  }

  test.each<[string, string, RequestListener]>([
    [
      'another digest than that of what it sends',
      'not the one its digest names',
      (_, response) =>
        response.writeHead(200, { ...headers, 'docker-content-digest': `sha256:${'0'.repeat(64)}` }).end('{}'),
    ],
    [
      'a manifest of the first schema, whose digest is not that of its bytes',
      'something that is no image',
      (_, response) =>
        response
          .writeHead(200, { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' })
          .end('{}'),
    ],
    [
      'the page of a login',
      'something that is no image ("text/html")',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>'),
    ],
    [
      'without end',
      'sent more than 4194304 bytes',
      (_, response) => {
        const more = () => response.writable && response.write(Buffer.alloc(65_536), more);
        response.writeHead(200, headers);
        more();
      },
    ],
    ['that it is busy', 'takes no more requests for now', (_, response) => response.writeHead(429).end()],
    ['an error of its own', 'answered 500 for a:1', (_, response) => response.writeHead(500).end('stack of secrets')],
    [
      'redirects without end',
      'redirects more than 5 times',
      (_, response) => response.writeHead(307, { location: '/again' }).end(),
    ],
    [
      'a redirect to another protocol',
      'not secure',
      (_, response) => response.writeHead(307, { location: 'file:///etc/passwd' }).end(),
    ],
    [
      'with a login by password',
      'shows it to users who have logged in only',
      (_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="secret"' }).end(),
    ],
    [
      '401 without saying why',
      'shows it to users who have logged in only',
      (_, response) => response.writeHead(401).end(),
    ],
    [
      'with a token server that is none',
      'not secure',
      (_, response) => response.writeHead(401, { 'www-authenticate': 'Bearer realm="ftp://x/y"' }).end(),
    ],
    [
      'with a token that is none',
      'shows it to users who have logged in only',
      (request, response) =>
        request.url?.startsWith('/token')
          ? response.end('{"token": "two\\nlines"}')
          : response
              .writeHead(401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token",service="x"` })
              .end(),
    ],
    ['by hanging up', 'cannot be reached', (request) => request.socket.destroy()],
  ])('it answers %s, and that is said', async (_, words, answer) => {
    const { code, output, text, host } = await pinAgainst(answer);
    expect(output).toContain(words);
    expect(output).toMatch(/^127\.0\.0\.1:.*\nNothing was changed\.\n$/);
    expect(output).not.toMatch(/ {4}at |secret/);
    expect(text).toBe(`FROM ${host}/a:1`);
    expect(code).toBe(1);
  });

  test('a redirect is followed, and the token stays with the host it is for', async () => {
    const seen: (string | undefined)[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(200, headers).end('{"manifests":[]}');
    });
    const location = `http://127.0.0.1:${await listen(elsewhere)}/blob`;
    const { code, text } = await pinAgainst((request, response) => {
      if (request.url?.startsWith('/token')) return response.end('{"access_token":"t"}');
      if (request.headers.authorization === 'Bearer t') return response.writeHead(302, { location }).end();
      const challenge = `Basic realm="x", Bearer realm="http://${request.headers.host}/token",service="s"`;
      return response.writeHead(401, { 'www-authenticate': challenge }).end();
    });
    elsewhere.close();
    elsewhere.closeAllConnections();
    expect(text).toMatch(/:1@sha256:[0-9a-f]{64}$/);
    expect(seen).toEqual([undefined]);
    expect(code).toBe(0);
  });
});
