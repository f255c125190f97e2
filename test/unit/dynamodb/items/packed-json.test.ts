import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { UnreadableItem } from '../../../../src/dynamodb/items/item.ts';
import { packJson, unpackJson } from '../../../../src/dynamodb/items/packed-json.ts';

describe('packed JSON', () => {
  test.each([0, 20, 140, 160, 900, 2_000, 100_000])('of a text of %d characters is a deflate stream', (length) => {
    const value = { text: 'registry '.repeat(length).slice(0, length), odd: 'ü' };
    const packed = packJson(value);
    expect(JSON.parse(inflateRawSync(packed).toString())).toEqual(value);
    expect(unpackJson(packed, 'it')).toEqual(value);
    expect(unpackJson(deflateRawSync(JSON.stringify(value)), 'it')).toEqual(value);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a block that is cut off', packJson('text').subarray(0, 7)],
    ['no JSON', Buffer.from([1, 1, 0, 254, 255, 0x7b])],
  ])('that is %s cannot be read', (_, bytes) => {
    expect(() => unpackJson(bytes, 'it')).toThrow(UnreadableItem);
  });
});
