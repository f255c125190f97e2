import { expect, test } from '@jest/globals';
import { inflections } from '../../../../src/search/engine/spelling/inflections.ts';

test.each([
  ['users', 'user'],
  ['user', 'users'],
  ['policies', 'policy'],
  ['proxies', 'proxy'],
  ['boxes', 'box'],
  ['logging', 'log'],
  ['logging', 'logger'],
  ['shipping', 'shipper'],
  ['shipper', 'shipping'],
  ['builders', 'build'],
  ['caching', 'cache'],
  ['cache', 'caching'],
  ['billing', 'bill'],
  ['monitoring', 'monitor'],
])('%s may be written as %s', (word, form) => expect(inflections(word)).toContain(form));

test.each(['aws', 'ios', 'k8sing', 'str', 'größer'])('%s has no other form', (word) => {
  expect(inflections(word)).toEqual([]);
});

test('what is left of a word is a word: `string` and `bring` have no other form but the plural', () => {
  expect(inflections('string')).toEqual(['strings']);
  expect(inflections('bring')).toEqual(['brings']);
});
