import { describe, expect, test } from '@jest/globals';
import { parseSort } from '../../../../src/search/query/sort.ts';

describe('an order', () => {
  test.each([
    ['relevance', { by: 'relevance', reverse: false }],
    ['name', { by: 'name', reverse: false }],
    ['-name', { by: 'name', reverse: true }],
    ['-pushed', { by: 'pushed', reverse: true }],
    ['', undefined],
    ['-', undefined],
    ['--name', undefined],
    ['Name', undefined],
    ['stars', undefined],
  ])('%s', (text, sort) => {
    expect(parseSort(text)).toEqual(sort);
  });
});
