import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AdaptiveLimit, createAdaptiveLimit } from '../../../src/async/adaptive-limit.ts';

const running = new AbortController().signal;
const overload = new Error('slow down');
const limitOf = (max: number, now = () => 0) => createAdaptiveLimit({ max, now, isOverload: (it) => it === overload });

/** Requests that end when the test says so. */
function service(limit: AdaptiveLimit) {
  const open: { succeed(): void; fail(error: Error): void }[] = [];
  const ask = (signal = running) =>
    limit.run(() => new Promise<void>((succeed, fail) => open.push({ succeed, fail })), signal).catch((it) => it);
  return { open, ask };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** So many successes, with as many under way as may be. */
async function succeed(limit: AdaptiveLimit, count: number): Promise<void> {
  const work = async () => void (await Promise.resolve());
  await Promise.all(Array.from({ length: count }, () => limit.run(work, running)));
}

describe('a limit', () => {
  test('never lets more be under way than it may, and lets all come to their turn', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.boolean(), { maxLength: 150 }),
        async (max, fates) => {
          const limit = limitOf(max);
          let underWay = 0;
          const work = async (fails: boolean) => {
            underWay += 1;
            expect(underWay).toBeLessThanOrEqual(max);
            await settled();
            underWay -= 1;
            if (fails) throw overload;
          };
          const ends = await Promise.allSettled(fates.map((fails) => limit.run(() => work(fails), running)));
          expect(ends.map(({ status }) => status === 'rejected')).toEqual(fates);
          expect(limit.current()).toBeGreaterThanOrEqual(1);
        },
      ),
      { numRuns: 50, seed: 1 },
    );
  });

  test('grows up to its bound while requests succeed', async () => {
    const limit = limitOf(40);
    expect(limit.current()).toBe(16);
    await succeed(limit, 2_000);
    expect(limit.current()).toBe(40);
  });

  test('does not grow while fewer requests are under way than may be', async () => {
    const limit = limitOf(40);
    for (let at = 0; at < 500; at += 1) await succeed(limit, 1);
    expect(limit.current()).toBe(16);
  });

  test('does not grow while requests take long', async () => {
    let clock = 0;
    const limit = limitOf(40, () => {
      clock += 3_000;
      return clock;
    });
    await succeed(limit, 500);
    expect(limit.current()).toBe(16);
  });

  test('is halved by an overload, once for all that were under way together', async () => {
    const limit = limitOf(16);
    const { open, ask } = service(limit);
    const asked = Array.from({ length: 16 }, () => ask());
    await settled();
    for (const request of open) request.fail(overload);
    await Promise.all(asked);
    expect(limit.current()).toBe(8);
  });

  test('is halved again by what was begun after that, down to one at a time', async () => {
    const limit = limitOf(16);
    for (let at = 0; at < 10; at += 1) await limit.run(() => Promise.reject(overload), running).catch(() => undefined);
    expect(limit.current()).toBe(1);
    await succeed(limit, 500);
    expect(limit.current()).toBe(16);
  });

  test('is not touched by failures of another kind', async () => {
    const limit = limitOf(16);
    await limit.run(() => Promise.reject(new Error('not there')), running).catch(() => undefined);
    expect(limit.current()).toBe(16);
  });

  test('lets go what waits when that is stopped, and serves the others', async () => {
    const limit = limitOf(1);
    const { open, ask } = service(limit);
    const stop = new AbortController();
    const [first, stopped, last] = [ask(), ask(stop.signal), ask()];
    stop.abort(new Error('stopped'));
    expect(await stopped).toEqual(new Error('stopped'));
    open[0]?.succeed();
    await first;
    await settled();
    open[1]?.succeed();
    expect(await last).toBeUndefined();
    expect(open).toHaveLength(2);
  });
});
