import { describe, expect, test } from '@jest/globals';
import { createByteWriter, type Slice } from '../../../../src/search/engine/structures/bytes.ts';

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
    writer.uint32(0x0102_0304);
    expect([...bytesOf(writer.written())]).toEqual([0x61, 0x62, 0xff, 1, 2, 3, 4]);
  });
});
