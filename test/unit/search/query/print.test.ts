import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FILTERS } from '../../../../src/search/query/filters.ts';
import { QueryError } from '../../../../src/search/query/mistake.ts';
import { parseQuery } from '../../../../src/search/query/parse.ts';
import { printQuery } from '../../../../src/search/query/print.ts';
import { codePoint } from '../../../support/code-point.ts';

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');

const key = fc.constantFrom(...FILTERS.keys(), 'arhc', 'localhost', 'sha256');
const value = fc.oneof(
  fc.constantFrom(
    'v2',
    'v2*',
    'arm64',
    'arm/v7',
    'linux/arm64',
    'windows/x86_64',
    'linux',
    '1.0+b',
    'yes',
    'no',
    'team=core',
    'a="b c"',
    'a=b=c',
    '"x y"',
    'ab12cd34ef',
  ),
  fc.constantFrom('>30d', '<12h', '>2026-01-01', '<9999y', '>0000-01-01', '5000/app', '//x?y="z w"', ''),
  fc.string({ unit: codePoint, maxLength: 6 }),
);
const filter = fc.tuple(key, value).map(([left, right]) => `${left}:${right}`);
const phrase = fc.string({ maxLength: 8 }).map((inside) => `"${inside}"`);
const junk = fc.string({ unit: fc.constantFrom(...'aZ-:="\\/*<>. \t'), maxLength: 10 });
const word = fc.oneof(filter, phrase, junk, fc.string({ unit: 'grapheme', maxLength: 8 }));
const signed = fc.tuple(fc.constantFrom('', '', '-'), word).map((parts) => parts.join(''));
const typed = fc.array(signed, { maxLength: 40 }).map((words) => words.join(' '));

describe('whatever is typed', () => {
  test('is understood, or explained with a position within the text', () => {
    fc.assert(
      fc.property(fc.oneof(typed, fc.string({ unit: codePoint, maxLength: 1_100 })), (text) => {
        try {
          parseQuery(text, NOW_MS);
        } catch (error) {
          if (!(error instanceof QueryError)) throw error;
          expect(error.position).toBeGreaterThanOrEqual(0);
          expect(error.position).toBeLessThanOrEqual(text.length);
          expect(error.message).toContain(` at position ${error.position}`);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test('is printed as text that means the same', () => {
    const oneWord = fc.oneof(filter, phrase, junk).map((text) => {
      try {
        return parseQuery(text, NOW_MS) && text;
      } catch {
        return '';
      }
    });
    const understood = fc.array(
      oneWord.filter((text) => !/(^|[^-])tag:/i.test(text)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(understood, fc.constantFrom('', 'tag:v2', 'tag:v2* os:linux'), (words, tag) => {
        const query = parseQuery([...words, tag].join(' '), NOW_MS);
        expect(parseQuery(printQuery(query), NOW_MS + 1)).toEqual(query);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('printing', () => {
  test.each([
    ['payments arch:arm64 os:linux', 'payments arch:linux/arm64'],
    ['arch:linux/arm64', 'arch:linux/arm64'],
    ['arch:linux/arm64 arch:windows/amd64', 'arch:linux/arm64 arch:windows/amd64'],
    ['"Two Words"  -"a b"', '"two words" -"a b"'],
    ['signed:no', '-signed:yes'],
    ['pushed:>2026-01-01 tag:v*', 'tag:v* pushed:>2026-01-01T00:00:00.000Z'],
    ['https://x', 'https://x'],
    ['', ''],
  ])('%s', (text, printed) => {
    expect(printQuery(parseQuery(text, NOW_MS))).toBe(printed);
  });
});
