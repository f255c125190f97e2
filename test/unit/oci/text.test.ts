import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describeArtefact } from '../../../src/oci/artefact.ts';
import { readLabels } from '../../../src/oci/labels.ts';
import { oneLine, plain } from '../../../src/oci/text.ts';
import { codePoint } from '../../support/code-point.ts';

/** Every code point of the characters and ranges named. */
const each = (...ranges: readonly (readonly [number, number?])[]) =>
  ranges.flatMap(([first, last = first]) => Array.from({ length: last - first + 1 }, (_, at) => first + at));

const inNotation = (point: number) => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;

const UNSEEN = each(
  [0x00ad],
  [0x061c],
  [0x180e],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0xfeff],
  [0xfff9, 0xfffb],
  [0xe0001],
  [0xe0020, 0xe007f],
);
const CONTROLS = each([0x00, 0x1f], [0x7f, 0x9f], [0x2028, 0x2029]);

describe('indexed text', () => {
  const survivors = (points: readonly number[], read: string) =>
    points.filter((point) => plain(`pay${String.fromCodePoint(point)}ments`) !== read).map(inNotation);

  test('loses every character that is never seen', () => {
    expect(survivors(UNSEEN, 'payments')).toEqual([]);
  });

  test('has a blank for every control character and line end', () => {
    expect(survivors(CONTROLS, 'pay ments')).toEqual([]);
  });

  test.each([
    ['Persian', 'می\u200cخواهم'],
    ['Sinhala', 'ක්\u200dෂ'],
    ['Malayalam at the end of a word', 'അവന്\u200d'],
    ['Devanagari', 'क्\u200cष'],
    ['emoji of several', '👩\u200d🚀 👩🏽\u200d💻 ❤️\u200d🔥'],
    ['Arabic numbers', '\u0600123'],
    ['accents, umlauts, kana and Hangul', 'café, cafe\u0301, Größe, レジストリ, 레지스트리'],
    ['emoji of a variant', '✔️'],
  ])('keeps what %s is written with', (_, text) => {
    expect(plain(text)).toBe(text);
  });

  test('keeps no second joiner, and none at its beginning', () => {
    expect(plain('می\u200c\u200d\u200cخواهم')).toBe('می\u200cخواهم');
    expect(plain('\u200dمی')).toBe('می');
  });

  test('that is plain already stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 200 }), (text) => {
        const once = plain(text);
        expect(plain(once)).toBe(once);
        expect(once).toBe(once.toWellFormed());
        expect(once).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
      }),
    );
  });

  test('turned round by an override is read in the order of its letters', () => {
    expect(oneLine('safe \u202etxt.exe\u202c\n image', 100)).toBe('safe txt.exe image');
    expect(oneLine(' \u200b\u202e\n', 100)).toBeUndefined();
  });

  test('of a label is plain in key and value, and so is the type of an artefact', () => {
    const labels = readLabels({ 'te\u202eam': 'co\u200bre\u001b[31m', '\u202e': 'nothing' });
    expect([...labels]).toEqual([['team', 'core [31m']]);
    const parts = { type: 'application/\u202evnd', manifests: [], config: undefined, platforms: [] };
    expect(describeArtefact(parts).type).toBe('application/vnd');
  });
});
