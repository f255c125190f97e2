import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createToggle, repositoryUrl, safePath, searchUrl, webAddress } from '../../../../src/server/page/links.ts';
import { parametersOf } from '../../../../src/server/routes/parameters.ts';

describe('a login leads back to a page of ours', () => {
  test.each([
    ['/?q=a+b&sort=name', '/?q=a+b&sort=name'],
    ['/r/a/b?tag=1', '/r/a/b?tag=1'],
    ['r/a', '/r/a'],
    ['https://evil.example/', '/'],
    ['//evil.example/x', '/'],
    ['/\\evil.example', '/'],
    ['\\\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['\n//evil.example', '/'],
    ['/.//evil.example', '/'],
    ['/a/..//evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['http:evil.example', '/evil.example'],
    ['http://page.invalid//evil.example', '/'],
    ['', '/'],
    [undefined, '/'],
  ])('%j: %s', (to, expected) => {
    expect(safePath(to)).toBe(expected);
  });

  test('whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'/\\.:@?#ab\t\n%2f') }), (to) => {
        expect(new URL(safePath(to), 'https://ours.example').origin).toBe('https://ours.example');
      }),
    );
  });
});

test.each([
  ['https://git.example/a?b#c', 'https://git.example/a?b#c'],
  ['HTTP://git.example', 'http://git.example/'],
  ['javascript:alert(1)', undefined],
  [' https://git.example', undefined],
  ['https://', undefined],
  ['https://user:pass@git.example/', undefined],
  ['data:text/html,x', undefined],
  ['//git.example', undefined],
  ['git.example', undefined],
])('%s leads to %s', (text, address) => {
  expect(webAddress(text)).toBe(address);
});

test('what an address says is read again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (q) => {
      const text = q.toWellFormed();
      expect(parametersOf(searchUrl({ q, sort: 'name' }))).toEqual(
        new Map([
          ['q', text],
          ['sort', 'name'],
        ]),
      );
    }),
  );
  expect(repositoryUrl('a/b-c', { tag: '1.0', client: undefined })).toBe('/r/a/b-c?tag=1.0');
});

describe('a facet adds its filter to the query, or takes it off', () => {
  test.each([
    ['', 'arch:arm64', 'arch:arm64', false],
    ['payments ', 'arch:arm64', 'payments arch:arm64', false],
    ['payments arch:arm64', 'arch:arm64', 'payments', true],
    ['ARCH:arm64 -arch:amd64 "a b"', 'arch:arm64', '-arch:amd64 "a b"', true],
    ['-arch:arm64', 'arch:arm64', '-arch:arm64 arch:arm64', false],
    ['"arch:arm64"', 'arch:arm64', '"arch:arm64" arch:arm64', false],
    ['label:team="core team"', 'label:team="core team"', '', true],
    ['"not closed', 'arch:arm64', '"not closed arch:arm64', false],
  ])('%s and %s: %s', (q, filter, expected, isOn) => {
    expect(createToggle(q)(filter)).toEqual({ q: expected, isOn });
  });
});
