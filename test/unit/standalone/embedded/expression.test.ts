import { describe, expect, test } from '@jest/globals';
import { conditionOf } from '../../../../src/standalone/embedded/expression.ts';
import '../../../support/native-errors.ts';

const item = { name: 'a#b', epoch: 2, list: ['x'], owner: { name: 'b' } };
const passes = (expression: string | undefined) =>
  conditionOf(expression, {
    names: { '#epoch': 'epoch', '#name': 'name' },
    values: { ':one': 1, ':two': 2, ':mark': '#', ':x': 'x', ':b': 'b' },
  })(item);

describe('a condition', () => {
  test.each<[string | undefined, boolean]>([
    [undefined, true],
    ['#epoch = :two', true],
    ['#epoch = :one', false],
    ['#epoch <> :one', true],
    ['#epoch < :two OR #epoch = :two', true],
    ['#epoch<=:two AND #epoch>=:two', true],
    ['#epoch > :two', false],
    ['attribute_exists(#epoch)', true],
    ['attribute_not_exists(#epoch)', false],
    ['attribute_not_exists(missing) AND (#epoch = :one OR #epoch = :two)', true],
    ['#epoch = :one AND #epoch = :two OR #epoch = :two', true],
    ['NOT contains(#name, :mark)', false],
    ['contains(list, :x)', true],
    ['contains(list, :mark)', false],
    ['#name < :b', true],
    ['owner.#name = :b', true],
    ['attribute_not_exists(owner.missing)', true],
    ['attribute_not_exists(#name.missing.deep)', true],
    ['#name = :two', false],
    ['missing <> :two', true],
  ])('%s: %s', (expression, expected) => {
    expect(passes(expression)).toBe(expected);
  });

  test.each([
    '#epoch',
    '#epoch =',
    '#epoch = :none',
    '(#epoch = :one',
    '#epoch = :one )',
    'size(#name)',
    '#epoch + :one',
    'contains(#name)',
  ])('%s is refused', (expression) => {
    expect(() => passes(expression)).toThrow(expect.objectContaining({ name: 'ValidationException' }));
  });
});
