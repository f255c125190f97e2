import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createMarksTest, fold, withoutMarks } from '../../../src/search/fold.ts';
import { codePoint } from '../../support/code-point.ts';
import { atOnce, createPromptEngine, namesOf, textQuery } from '../../support/search/search-queries.ts';
import { searchRecord } from '../../support/search/search-records.ts';

/** Pairs that people take for one and the same word. */
const SAME: readonly (readonly [string, string])[] = [
  ['STRASSE', 'straße'],
  ['STRAẞE', 'strasse'],
  ['ΣΤΑΣ', 'στας'],
  ['στασ', 'στας'],
  ['ISPARTA', 'ısparta'],
  ['İZMİR', 'izmir'],
  ['I\u0307zmir', 'İzmir'],
  ['ﬁreﬂy', 'firefly'],
  ['ＮＧＩＮＸ', 'nginx'],
  ['①', '1'],
  ['K', 'k'],
  ['Å', 'å'],
  ['\u1112\u1161\u11ab\u1100\u116e\u11a8', '한국'],
  ['ｶﾞ', 'ガ'],
  ['か\u3099', 'が'],
  ['e\u0323\u0302', 'e\u0302\u0323'],
  ['Ǆ', 'ǆ'],
  ['Ærø', 'aerø'],
  ['ŒUVRE', 'œuvre'],
  ['payment\u2013api', 'payment-api'],
  ['payment\u2011api', 'payment-api'],
  ['ng\u200binx\ufeff', 'nginx'],
  ['soft\u00adware', 'software'],
  ['ſ', 's'],
  ['\ud83d', '\ufffd'],
];

const BARE: readonly (readonly [string, string])[] = [
  ['café', 'cafe'],
  ['cafe\u0301', 'cafe'],
  ['Łódź', 'lodz'],
  ['Đà Nẵng', 'da nang'],
  ['smørrebrød', 'smorrebrod'],
  ['ΣΤΆΣΗ', 'σταση'],
  ['ё', 'е'],
  ['が', 'か'],
  ['\u0301', '\u0301'],
];

const texts = fc.string({ unit: codePoint, maxLength: 12 });
const marked = fc.string({
  unit: fc.constantFrom(
    'a',
    'i',
    'I',
    'İ',
    'ı',
    'o',
    'ø',
    'ß',
    'Σ',
    'ς',
    'が',
    'か',
    '한',
    '\u0301',
    '\u0307',
    '\u0323',
    '\u0345',
    '\u200b',
    '-',
    '–',
    ' ',
  ),
  maxLength: 10,
});

describe('folding', () => {
  test.each(SAME)('makes %j and %j one and the same', (one, other) => {
    expect(fold(one)).toBe(fold(other));
  });

  test.each(BARE)('without marks makes %j %j', (one, bare) => {
    expect(withoutMarks(fold(one))).toBe(bare);
  });

  test('changes nothing that is folded, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(texts, marked), (text) => {
        const folded = fold(text);
        const bare = withoutMarks(folded);
        expect(fold(folded)).toBe(folded);
        expect([withoutMarks(bare), fold(bare)]).toEqual([bare, bare]);
      }),
      { numRuns: 3_000 },
    );
  });

  test('makes one of each character in every case and form of it', () => {
    const differing: string[] = [];
    for (let code = 0; code < 0x3_0000; code += 1) {
      const one = String.fromCodePoint(code);
      const forms = [one.toUpperCase(), one.toLowerCase(), one.normalize('NFD'), one.normalize('NFKC')];
      if (forms.some((form) => fold(form) !== fold(one))) differing.push(code.toString(16));
    }
    expect(differing).toEqual([]);
  });

  test('leaves nothing of what cannot be seen', () => {
    expect(fold('\u200b\u00ad\ufeff')).toBe('');
  });
});

describe('marks', () => {
  test('of a sought text are wanted, and others are passed over', () => {
    const holds = (text: string, sought: string) => createMarksTest(fold(sought))(fold(text));
    expect(holds('Un Café', 'cafe')).toBe(true);
    expect(holds('Un Cafe', 'café')).toBe(false);
    expect(holds('UN CAFE\u0301!', 'café')).toBe(true);
    expect(holds('Résumé', 'resumé')).toBe(true);
    expect(holds('Résume', 'resumé')).toBe(false);
    expect(holds('ế', 'ê')).toBe(false);
    expect(holds('a.b', 'ä.b')).toBe(false);
    expect(holds('a\u0308.b', 'ä.b')).toBe(true);
  });

  test('a text holds each part of it, as it is and without marks', () => {
    fc.assert(
      fc.property(marked, marked, marked, (before, part, after) => {
        const whole = fold(`${before} ${part} ${after}`);
        expect(createMarksTest(fold(part))(whole)).toBe(true);
        expect(withoutMarks(whole)).toContain(withoutMarks(fold(` ${part} `)).trim());
      }),
      { numRuns: 500 },
    );
  });
});

describe('a search', () => {
  const engine = createPromptEngine();
  engine.upsert(searchRecord('shop/cafe-app', { summary: 'Orders' }));
  engine.upsert(searchRecord('shop/menu', { summary: 'The Café of the web' }));
  engine.upsert(searchRecord('shop/other', { summary: 'The Cafe next door' }));
  engine.upsert(searchRecord('shop/city', { title: 'İZMİR STRASSE', labels: { Ort: 'Łódź' } }));
  const find = (text: string) => namesOf(atOnce(engine.search(textQuery(text)))).sort();

  test('without marks finds whatever marks stand there', () => {
    expect(find('cafe')).toEqual(['shop/cafe-app', 'shop/menu', 'shop/other']);
    expect(find('CAFE')).toEqual(find('cafe'));
  });

  test('with marks finds texts with these, and names, which cannot have any', () => {
    expect(find('café')).toEqual(['shop/cafe-app', 'shop/menu']);
    expect(find('CAFE\u0301')).toEqual(['shop/cafe-app', 'shop/menu']);
  });

  test.each(['izmir', 'İzmir', 'IZMIR', 'ızmır', 'straße', 'strasse', 'lodz', 'łódź', 'ＩＺＭＩＲ'])(
    'finds %s',
    (text) => {
      expect(find(text)).toEqual(['shop/city']);
    },
  );

  test('by a label finds it with and without marks', () => {
    const byLabel = (value: string) =>
      namesOf(
        atOnce(
          engine.search(
            textQuery('', { query: { all: [{ kind: 'label', key: 'ort', value: fold(value) }], none: [] } }),
          ),
        ),
      );
    expect([byLabel('lodz'), byLabel('ŁÓDŹ')]).toEqual([['shop/city'], ['shop/city']]);
  });
});
