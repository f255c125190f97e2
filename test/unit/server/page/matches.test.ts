import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseQuery } from '../../../../src/search/query/parse.ts';
import { cutAtMatches, soughtTexts } from '../../../../src/server/page/matches.ts';

/** The text with its matches in brackets. */
function bracketed(text: string, query: string): string {
  const pieces = cutAtMatches(text, soughtTexts(parseQuery(query, 0).all));
  return pieces.map((piece) => (piece.isMatch ? `[${piece.text}]` : piece.text)).join('');
}

test.each([
  ['payments/payment-api', 'payment', '[payment]s/[payment]-api'],
  ['Public API of Payments', 'API payments', 'Public [API] of [Payments]'],
  ['aaaa', 'aa', '[aaaa]'],
  ['abcabc', 'abc bca', '[abc][abc]'],
  ['Café Größe', 'cafe', '[Café] Größe'],
  ['Café Größe', 'groß', 'Café [Größ]e'],
  ['Cafe\u0301 de Paris', 'café', '[Cafe\u0301] de Paris'],
  ['Straße', 'strasse', '[Straße]'],
  ['ﬁnanz', 'fin', '[ﬁn]anz'],
  ['payments', 'win*ments', 'pay[ments]'],
  ['payments/api', 'name:payments/api', '[payments/api]'],
  ['payments', 'arch:arm64', 'payments'],
  ['payments', '-pay', 'payments'],
  ['', 'pay', ''],
])('%s for %s', (text, query, expected) => {
  expect(bracketed(text, query).replaceAll('][', '')).toBe(expected.replaceAll('][', ''));
});

test('what is marked changes nothing of the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.string({ maxLength: 3 })), (text, sought) => {
      expect(
        cutAtMatches(text, sought)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
    }),
  );
});
