import { describe, expect, test } from '@jest/globals';
import { joinOrdered } from '../../../src/storage/join-ordered.ts';
import { collect } from '../support/collect.ts';

const rule = {
  nameOf: (name: string) => (name === '!' ? undefined : name),
  combine: (a: string, b: string) => `${a}=${b}`,
};

async function* stream(names: readonly string[], ended: string[] = []) {
  try {
    for (const name of names) {
      if (name === 'fail') throw new Error('broken');
      yield name;
    }
  } finally {
    ended.push(names.join());
  }
}

describe('two ordered streams', () => {
  test('become one, in which what is in both is combined and what has no name keeps its place', async () => {
    const joined = joinOrdered(stream(['!', 'a', 'app-x', 'app', 'c']), stream(['app', 'b', '!']), rule);
    expect(await collect(joined)).toEqual(['!', 'a', 'app-x', 'app=app', 'b', '!', 'c']);
  });

  test('are both ended when one fails, and when the reader leaves', async () => {
    const ended: string[] = [];
    await expect(collect(joinOrdered(stream(['a', 'fail'], ended), stream(['b', 'c'], ended), rule))).rejects.toThrow(
      'broken',
    );
    expect(ended.sort()).toEqual(['a,fail', 'b,c']);
    for await (const _first of joinOrdered(stream(['x', 'y'], ended), stream(['z', 'z1'], ended), rule)) break;
    expect(ended).toEqual(['a,fail', 'b,c', 'x,y', 'z,z1']);
  });
});
