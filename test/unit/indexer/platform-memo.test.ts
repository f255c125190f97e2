import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPlatformMemo } from '../../../src/indexer/platform-memo.ts';

describe('what is remembered of digests', () => {
  test('are the platforms that each was first said to have, whatever their texts', () => {
    const said = fc.array(
      fc.tuple(fc.stringMatching(/^sha256:[0-9a-f]{1,2}$/), fc.array(fc.string({ unit: 'binary' }))),
    );
    fc.assert(
      fc.property(said, (all) => {
        const memo = createPlatformMemo();
        const first = new Map<string, readonly string[]>();
        for (const [digest, platforms] of all) {
          memo.remember(digest, platforms);
          if (!first.has(digest)) first.set(digest, platforms);
        }
        for (const [digest, platforms] of first) expect(memo.recall(digest)).toEqual(platforms);
        expect(memo.recall('sha256:unknown')).toBeUndefined();
      }),
    );
  });

  test('is nothing where a list is longer than any of a real image', () => {
    const memo = createPlatformMemo();
    memo.remember(
      'sha256:00',
      Array.from({ length: 10_000 }, (_, at) => `os/${at}`),
    );
    expect(memo.recall('sha256:00')).toBeUndefined();
  });
});
