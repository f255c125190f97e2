import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { attributeOf, attributesOf, itemOf } from '../../../../src/dynamodb/items/attribute-value.ts';

const item = {
  text: 'ä "quoted" \u0000',
  empty: '',
  whole: 17,
  part: -0.25,
  large: Number.MAX_SAFE_INTEGER,
  yes: true,
  no: false,
  nothing: null,
  list: ['a', 1, null, ['b'], { c: 'd' }],
  map: { deep: { deeper: [] }, '': 'an empty name' },
};

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('items are written as the document client of the SDK writes them', () => {
  expect(attributesOf(item)).toEqual(marshall(item));
});

test('items are read as the document client of the SDK reads them', () => {
  const answered = { ...marshall(item), set: { SS: ['a', 'b'] }, numbers: { NS: ['1', '2.5'] } };
  expect(itemOf(throughJson(answered))).toEqual(unmarshall(answered));
});

test('bytes come back as they were, as bytes alone', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  const written = attributesOf({ bytes: bytes.subarray(3), none: new Uint8Array() });
  expect(written).toEqual({ bytes: { B: Buffer.from(bytes.subarray(3)).toString('base64') }, none: { B: '' } });
  const read = itemOf(throughJson(written));
  expect(read).toEqual({ bytes: bytes.subarray(3), none: new Uint8Array() });
  expect(Buffer.isBuffer(read.bytes)).toBe(false);
});

test('what is undefined is left out', () => {
  expect(attributesOf({ a: undefined, b: [undefined, 1] })).toEqual({ b: { L: [{ N: '1' }] } });
});

test('a field may have the name of one that all objects have', () => {
  const written = throughJson(attributesOf(JSON.parse('{"__proto__": "text", "constructor": 1}')));
  expect(JSON.stringify(written)).toBe('{"__proto__":{"S":"text"},"constructor":{"N":"1"}}');
  expect(JSON.stringify(itemOf(written))).toBe('{"__proto__":"text","constructor":1}');
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, Symbol('a'), () => 1])('%p is not written', (value) => {
  expect(() => attributeOf(value)).toThrow(TypeError);
});

describe('what is no item of DynamoDB is not read', () => {
  test.each([
    ['text', 'a text'],
    ['a list', []],
    ['nothing', null],
    ['a plain value', { a: 'text' }],
    ['a type that DynamoDB lacks', { a: { X: 'text' } }],
    ['a type by the name of what all objects have', { a: { constructor: 'text' } }],
    ['no type', { a: {} }],
    ['a list that is none', { a: { L: 'text' } }],
    ['a map that is none', { a: { M: [] } }],
  ])('%s', (_, value) => {
    expect(() => itemOf(value)).toThrow(SyntaxError);
  });
});
