import { describe, expect, test } from '@jest/globals';
import { allowsHost, isHostPattern } from '../../../../src/operator/validation/hosts.ts';

const allowed = { team: ['registry.example.com', '*.team.example.com'], '*': ['*.search.example.com'] };

describe('search of a namespace may answer at', () => {
  test.each([
    ['team', 'registry.example.com'],
    ['team', 'a.team.example.com'],
    ['team', 'a.search.example.com'],
    ['other', 'a.search.example.com'],
  ])('%s: %s', (namespace, host) => {
    expect(allowsHost(allowed, namespace, host)).toBe(true);
  });
});

describe('search of a namespace may not answer at', () => {
  test.each([
    ['other', 'registry.example.com'],
    ['other', 'a.team.example.com'],
    ['team', 'example.com'],
    ['team', 'team.example.com'],
    ['team', 'a.b.team.example.com'],
    ['team', '*.team.example.com.evil.org'],
    ['team', 'registry.example.com.evil.org'],
    ['team', 'Registry.example.com'],
    ['constructor', 'registry.example.com'],
    ['team', ''],
    ['team', '.team.example.com'],
    ['team', 'registry.example.com.'],
  ])('%s: %j', (namespace, host) => {
    expect(allowsHost(allowed, namespace, host)).toBe(false);
  });

  test('any host where the chart allows none', () => {
    expect(allowsHost({}, 'team', 'registry.example.com')).toBe(false);
  });
});

test.each([
  ['search.example.com', true],
  ['*.example.com', true],
  ['localhost', true],
  ['*', false],
  ['a*.example.com', false],
  ['https://example.com', false],
  ['example.com:443', false],
  ['Example.com', false],
  ['', false],
])('%j as a host to allow: %s', (text, isPattern) => {
  expect(isHostPattern(text)).toBe(isPattern);
});
