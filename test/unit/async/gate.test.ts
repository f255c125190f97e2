import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createGate } from '../../../src/async/gate.ts';

/** Work that ends when it is told to, and notes when it begins and ends. */
function workNoting(notes: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const run = async () => {
    notes.push(`${name} begins`);
    return promise.finally(() => notes.push(`${name} ends`));
  };
  return { run, end: () => resolve(name), fail: () => reject(new Error(name)) };
}

describe('a gate', () => {
  test('lets many through at once; who closes it waits until they are done, and holds up who comes later', async () => {
    const notes: string[] = [];
    const gate = createGate();
    const [one, two] = [workNoting(notes, 'one'), workNoting(notes, 'two')];
    const [closing, late] = [workNoting(notes, 'closing'), workNoting(notes, 'late')];
    const all = [gate.pass(one.run), gate.pass(two.run), gate.close(closing.run), gate.pass(late.run)];
    for (const { end } of [late, closing, two, one]) {
      await setImmediate();
      end();
    }
    expect(await Promise.all(all)).toEqual(['one', 'two', 'closing', 'late']);
    const inOrder = ['one begins', 'two begins', 'two ends', 'one ends'];
    expect(notes).toEqual([...inOrder, 'closing begins', 'closing ends', 'late begins', 'late ends']);
  });

  test('goes on after work that failed, on either side', async () => {
    const notes: string[] = [];
    const gate = createGate();
    const [one, closing, late] = [workNoting(notes, 'one'), workNoting(notes, 'closing'), workNoting(notes, 'late')];
    const all = [gate.pass(one.run), gate.close(closing.run), gate.pass(late.run)];
    for (const { fail } of [one, closing, late]) fail();
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(notes.at(-1)).toBe('late ends');
  });
});
