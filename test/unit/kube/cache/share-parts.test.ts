import { expect, test } from '@jest/globals';
import { createPartSharing } from '../../../../src/kube/cache/share-parts.ts';

const template = (name: string) => ({
  metadata: { name, labels: { app: 'registry-index' } },
  spec: { replicas: 2, paused: false, containers: [{ env: [{ name: 'A', value: '1' }], args: ['search'] }] },
  status: null,
});

test('equal parts of two objects are one and the same, and the rest is as it was', () => {
  const share = createPartSharing();
  const [a, b] = [share(template('a')), share(template('b'))];
  expect([a, b]).toEqual([template('a'), template('b')]);
  expect(b.spec).toBe(a.spec);
  expect(b.metadata.labels).toBe(a.metadata.labels);
  expect(b.metadata).not.toBe(a.metadata);
});

test('a text that looks like an object stays a text', () => {
  const share = createPartSharing();
  expect(share([{ a: 1 }, '{"a":1}', '"x"', 'x', '[1]', [1]])).toEqual([{ a: 1 }, '{"a":1}', '"x"', 'x', '[1]', [1]]);
});

test('a part that is too long to be found again is not shared, but its parts are', () => {
  const share = createPartSharing();
  const long = (name: string) => ({ name, text: 'x'.repeat(1_000), part: { port: 80 } });
  const [a, b] = [share({ of: long('a') }), share({ of: long('a') })];
  expect(b.of).not.toBe(a.of);
  expect(b.of.part).toBe(a.of.part);
});
