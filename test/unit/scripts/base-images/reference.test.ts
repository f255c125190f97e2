import { describe, expect, test } from '@jest/globals';
import { parseReference } from '../../../../scripts/base-images/reference.ts';

const HUB = 'registry-1.docker.io';
const DIGEST = `sha256:${'0a'.repeat(32)}`;
const LONG_DIGEST = `sha512:${'0a'.repeat(64)}`;

describe('the name of an image', () => {
  test.each([
    ['node', HUB, 'library/node', 'latest', 'node:latest'],
    ['node:24-bookworm-slim', HUB, 'library/node', '24-bookworm-slim', 'node:24-bookworm-slim'],
    ['bitnami/node:24', HUB, 'bitnami/node', '24', 'bitnami/node:24'],
    ['docker.io/node:24', HUB, 'library/node', '24', 'docker.io/node:24'],
    ['docker.io/library/node:24', HUB, 'library/node', '24', 'docker.io/library/node:24'],
    ['index.docker.io/team/node', HUB, 'team/node', 'latest', 'index.docker.io/team/node:latest'],
    ['gcr.io/distroless/nodejs24-debian12:nonroot', 'gcr.io', 'distroless/nodejs24-debian12', 'nonroot', undefined],
    ['localhost/node:1', 'localhost', 'node', '1', undefined],
    ['localhost:5000/node', 'localhost:5000', 'node', 'latest', 'localhost:5000/node:latest'],
    ['127.0.0.1:5000/a/b/c:x', '127.0.0.1:5000', 'a/b/c', 'x', undefined],
    ['[::1]:5000/a:x', '[::1]:5000', 'a', 'x', undefined],
    ['MIRROR/node:24', 'MIRROR', 'node', '24', undefined],
    ['a__b/c-d.e/f---g:V_1.2-x', HUB, 'a__b/c-d.e/f---g', 'V_1.2-x', undefined],
  ])('%s is at %s as %s, with the tag %s', (text, registry, repository, tag, name = text) => {
    expect(parseReference(text)).toEqual({ registry, repository, tag, digest: undefined, name });
  });

  test.each([
    [`node:24@${DIGEST}`, '24', DIGEST, 'node:24'],
    [`node:24@${LONG_DIGEST}`, '24', LONG_DIGEST, 'node:24'],
    [`node@${DIGEST}`, undefined, DIGEST, 'node'],
  ])('%s has the tag %s and a digest', (text, tag, digest, name) => {
    expect(parseReference(text)).toEqual({ registry: HUB, repository: 'library/node', tag, digest, name });
  });

  test.each([
    '',
    ':24',
    '/node',
    'node:',
    'node:24:25',
    'Node',
    'a/B',
    'team//node',
    'team/node/',
    '-node',
    'node:-x',
    `node:${'x'.repeat(129)}`,
    `${'a/'.repeat(130)}a`,
    'node@',
    'node@sha256:abc',
    `node@md5:${'0'.repeat(32)}`,
    `node@${DIGEST.toUpperCase()}`,
    'https://registry.example.com/node',
    'host:port/node',
    `\${BASE}/node`,
    'node 24',
    'node\n:24',
    '../node',
    'registry.example.com/../node',
    'user@registry.example.com/node',
    'registry.example.com?x/node',
  ])('is not %j', (text) => {
    expect(() => parseReference(text)).toThrow('is not the name of an image');
  });
});
