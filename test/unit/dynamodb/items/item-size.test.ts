import { describe, expect, test } from '@jest/globals';
import { itemBytes } from '../../../../src/dynamodb/items/item-size.ts';

describe('the size of a value', () => {
  test.each<[string, unknown, number]>([
    ['a text by its UTF-8 bytes', 'zwölf', 6],
    ['binary by its bytes', new Uint8Array(32), 32],
    ['true', true, 1],
    ['null', null, 1],
    ['nothing for what is left out', undefined, 0],
    ['a list by its entries, one each and three', ['ab', 'c'], 3 + 1 + 2 + 1 + 1],
    ['a map by names and values', { ab: 'cde' }, 3 + 1 + 2 + 3],
  ])('counts %s', (_, value, bytes) => {
    expect(itemBytes(value)).toBe(bytes);
  });

  test('of a number is at least a byte for two digits', () => {
    expect(itemBytes(1_700_000_000_000)).toBeGreaterThanOrEqual(8);
  });
});
