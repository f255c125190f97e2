import { describe, expect, test } from '@jest/globals';
import { QueryError } from '../../../../src/search/query/mistake.ts';
import { parseQuery } from '../../../../src/search/query/parse.ts';

function mistakeIn(text: string): { message: string; position: number } | undefined {
  try {
    parseQuery(text, 0);
    return undefined;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { message: error.message, position: error.position };
  }
}

const SECOND_TAG =
  'a second `tag:` at position 7; all conditions on tags are on one and the same tag; `tag:v1,v2` asks for either';

describe('a mistake is explained with its position', () => {
  test.each([
    ['payments arhc:arm64', 9, 'unknown filter `arhc:` at position 9; did you mean `arch:`?'],
    ['-lable:x', 1, 'unknown filter `lable:` at position 1; did you mean `label:`?'],
    ['tags:v2', 0, 'unknown filter `tags:` at position 0; did you mean `tag:`?'],
    ['architecture:arm64', 0, 'unknown filter `architecture:` at position 0; did you mean `arch:`?'],
    ['a "b c', 2, 'the quote is not closed at position 2'],
    ['"a"b', 3, 'a space is missing at position 3'],
    ['a ""', 2, 'there is nothing between the quotes at position 2'],
    ['a tag:', 6, '`tag:` has no value at position 6; it takes a tag, such as v2, or v2* for all that begin with it'],
    ['signed:maybe', 7, '`signed:` cannot be `maybe` at position 7; it takes yes or no'],
    ['tag:v1 tag:v2', 7, SECOND_TAG],
  ])('%s', (text, position, message) => {
    expect(mistakeIn(text)).toEqual({ position, message });
  });

  test.each([
    ['tag:v2,-x', 7],
    ['arch:arm64,a/b/c', 11],
    ['tag:,', 4],
    ['signed:yes,no', 7],
    ['label:te*m', 6],
    ['name:"a b"', 5],
    ['ns:*', 3],
    ['tag:-x', 4],
    [`tag:${'a'.repeat(129)}`, 4],
    ['arch:', 5],
    ['os:linux/arm/v7/x', 3],
    ['pushed:30d', 7],
    ['pushed:>30', 7],
    ['pushed:>30x', 7],
    ['pushed:>2026-02-31', 7],
    ['pushed:>2026-13-01', 7],
    ['label:=x', 6],
    ['ns:/', 3],
    ['signed:constructor', 7],
    ['digest:abc', 7],
    ['digest:xyzxyzxyz', 7],
    [`digest:${'a'.repeat(65)}`, 7],
    ['digest:md5:abcdef0123', 7],
  ])('%s', (text, position) => {
    expect(mistakeIn(text)?.position).toBe(position);
  });

  test('a query may have 1,024 characters and 32 words', () => {
    expect(mistakeIn('a'.repeat(1_024))).toBeUndefined();
    expect(mistakeIn('a'.repeat(1_025))?.position).toBe(1_024);
    expect(mistakeIn('a '.repeat(32))).toBeUndefined();
    expect(mistakeIn('a '.repeat(33))?.position).toBe(64);
  });
});
