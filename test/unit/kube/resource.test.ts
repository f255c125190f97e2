import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  DEPLOYMENT,
  isObjectName,
  keyOf,
  keyText,
  LEASE,
  NAMESPACE,
  parseKey,
  parseObject,
  pathOf,
  SECRET,
} from '../../../src/kube/resource.ts';

/** What a URL would read as something else, and what the API server knows no object by. */
const NO_NAMES = [
  '.',
  '..',
  '../x',
  '..%2Fx',
  '%2e%2e',
  '%2E.',
  'a/b',
  'a\\b',
  'a?watch=true',
  'a#b',
  'a;b',
  'a b',
  ' a',
  'a\n',
  'a\u0000',
  'a\tb',
  'a\u202eb',
  'ä',
  'A',
  'a_b',
  'a:b',
  'a..b',
  '.a',
  'a.',
  '-a',
  'a-',
  'a.-b',
  'a'.repeat(254),
];

test.each(['a', '0', 'a-b', 'a.b', 'a.b-c.0', 'a'.repeat(253)])('%s is a name', (name) => {
  expect(isObjectName(name)).toBe(true);
});

describe('pathOf', () => {
  test('puts the core group under /api and the others under /apis', () => {
    expect(pathOf(SECRET, { namespace: 'team', name: 'token' })).toBe('/api/v1/namespaces/team/secrets/token');
    expect(pathOf(DEPLOYMENT, { namespace: 'team', name: 'web' })).toBe(
      '/apis/apps/v1/namespaces/team/deployments/web',
    );
  });

  test('names the collection of a namespace, or of all', () => {
    expect(pathOf(LEASE, { namespace: 'team' })).toBe('/apis/coordination.k8s.io/v1/namespaces/team/leases');
    expect(pathOf(LEASE)).toBe('/apis/coordination.k8s.io/v1/leases');
  });

  test('leaves out the namespace of objects outside namespaces', () => {
    expect(pathOf(NAMESPACE, { namespace: '', name: 'kube-system' })).toBe('/api/v1/namespaces/kube-system');
  });

  test.each(NO_NAMES)('never lets the name %j reach into another path', (name) => {
    expect(() => pathOf(SECRET, { namespace: 'team', name })).toThrow('is no name of an object');
    expect(() => pathOf(SECRET, { namespace: name, name: 'token' })).toThrow('is no name of an object');
  });

  test('is kept as it is by URLs, for every valid name', () => {
    const unit = fc.constantFrom('a', '0', '2', 'e', '-', '.', '/', '%', '?', '#', '\\', ';', ' ', '\n', 'é');
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 8 }), (name) => {
        const path = isObjectName(name) ? pathOf(SECRET, { namespace: 'team', name }) : '/refused';
        expect(new URL(path, 'http://server').pathname).toBe(path);
        expect(path === '/refused' || path === `/api/v1/namespaces/team/secrets/${name}`).toBe(true);
      }),
    );
  });
});

describe('keys as text', () => {
  test.each([
    { namespace: 'team', name: 'web' },
    { namespace: '', name: 'kube-system' },
  ])('%j comes back as it was', (key) => {
    expect(parseKey(keyText(key))).toEqual(key);
  });

  test('a text without a slash is refused', () => {
    expect(() => parseKey('web')).toThrow('web is not namespace/name');
  });
});

describe('parseObject', () => {
  test('fills in what items of a list leave out, and keeps fields it does not know', () => {
    const object = parseObject({ metadata: { name: 'a', novel: 1 }, extra: { deep: true } }, SECRET);
    expect(object).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: '', name: 'a', novel: 1 },
      extra: { deep: true },
    });
    expect(keyOf(object)).toEqual({ namespace: '', name: 'a' });
  });

  test.each([undefined, 'text', [], {}, { metadata: {} }, { metadata: { name: 1 } }])('refuses %j', (value) => {
    expect(() => parseObject(value, SECRET)).toThrow('no Secret');
  });
});
