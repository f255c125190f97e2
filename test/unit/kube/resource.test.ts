import { describe, expect, test } from '@jest/globals';
import {
  DEPLOYMENT,
  keyOf,
  keyText,
  LEASE,
  NAMESPACE,
  parseKey,
  parseObject,
  pathOf,
  SECRET,
} from '../../../src/kube/resource.ts';

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

  test('leaves the namespace out for what lives in none', () => {
    expect(pathOf(NAMESPACE, { namespace: '', name: 'kube-system' })).toBe('/api/v1/namespaces/kube-system');
  });

  test('never lets a name reach into another path', () => {
    expect(pathOf(SECRET, { namespace: 'team', name: '../x' })).toBe('/api/v1/namespaces/team/secrets/..%2Fx');
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
