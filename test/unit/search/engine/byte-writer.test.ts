import { describe, expect, test } from '@jest/globals';
import { compareText, createByteWriter, type Slice, sliceOf } from '../../../../src/search/engine/structures/bytes.ts';

const bytesOf = ({ bytes, start, end }: Slice) => Buffer.from(bytes.subarray(start, end));

describe('a writer of bytes', () => {
  test.each([[''], ['team-a/payments'], ['größe'], ['a\u{1f40b}b'], ['half \ud83d'], ['é'.repeat(5_000)]])(
    'encodes %p as Buffer does, whatever it wrote before',
    (text) => {
      const writer = createByteWriter();
      writer.encode('something else');
      expect(bytesOf(writer.encode(text))).toEqual(Buffer.from(text));
    },
  );

  test('puts texts, bytes and words together', () => {
    const writer = createByteWriter();
    writer.start();
    writer.text('ab');
    writer.byte(0xff);
    writer.word(0x0102_0304);
    expect([...bytesOf(writer.written())]).toEqual([0x61, 0x62, 0xff, 1, 2, 3, 4]);
  });
});

test.each([
  ['v1', 'v1', 0],
  ['v1', 'v2', -1],
  ['v10', 'v1', 1],
  ['', 'v1', -1],
])('the bytes of %p and the text %p are in the order of their letters: %i', (bytes, text, order) => {
  expect(Math.sign(compareText(sliceOf(Buffer.from(bytes)), text))).toBe(order);
});

test.each([
  ['é', 'é'],
  ['é', 'Ã©'],
  ['aé', 'a'],
])('the bytes of %p never count as the text %p, for they are not ASCII', (bytes, text) => {
  expect(compareText(sliceOf(Buffer.from(bytes)), text)).not.toBe(0);
});
