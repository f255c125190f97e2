import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mapOrdered } from '../../../src/async/map-ordered.ts';
import { collect } from '../../support/collect.ts';

/** Work that ends when told, and a count of what is under way. */
function controlledWork() {
  const ends = new Map<number, (error?: Error) => void>();
  let most = 0;
  const work = (item: number) =>
    new Promise<number>((resolve, reject) => {
      ends.set(item, (error) => {
        ends.delete(item);
        if (error) reject(error);
        else resolve(item * 10);
      });
      most = Math.max(most, ends.size);
    });
  return { work, ends, most: () => most };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('ordered work', () => {
  test('gives results in the order of the items, however they end, and never more at once than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(12),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat()),
        async (total, width, picks) => {
          const items = Array.from({ length: total }, (_, at) => at);
          const { work, ends, most } = controlledWork();
          const results = collect(mapOrdered(items, width, work));
          let finished = false;
          const watched = results.then(() => {
            finished = true;
          });
          while (!finished) {
            await settle();
            const open = [...ends.values()];
            open[(picks.next().value ?? 0) % Math.max(1, open.length)]?.();
          }
          await watched;
          expect(await results).toEqual(items.map((item) => item * 10));
          expect(most()).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('takes no more items than are being worked on, until somebody takes a result', async () => {
    let taken = 0;
    function* source() {
      for (;;) yield taken++;
    }
    const results = mapOrdered(source(), 3, async (item) => item);
    await results.next();
    await settle();
    expect(taken).toBe(3);
    await results.return(undefined);
  });

  test('fails when the turn of a failed item comes, having waited for what was under way', async () => {
    const { work, ends } = controlledWork();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const result of mapOrdered([0, 1, 2, 3], 3, work)) seen.push(result);
    })();
    let message = 'none yet';
    const failed = reading.catch((error: Error) => {
      message = error.message;
    });
    await settle();
    ends.get(1)?.(new Error('one'));
    ends.get(0)?.();
    await settle();
    expect({ seen, message, underWay: [...ends.keys()] }).toEqual({ seen: [0], message: 'none yet', underWay: [2, 3] });
    for (const end of [...ends.values()]) end();
    await failed;
    expect({ seen, message }).toEqual({ seen: [0], message: 'one' });
  });

  test('fails with what its source fails with, having given what was under way', async () => {
    async function* source() {
      yield 1;
      yield 2;
      throw new Error('source');
    }
    const seen: number[] = [];
    const reading = async () => {
      for await (const result of mapOrdered(source(), 8, async (item) => item * 10)) seen.push(result);
    };
    await expect(reading()).rejects.toThrow('source');
    expect(seen).toEqual([10, 20]);
  });
});
