import { describe, expect, jest, test } from '@jest/globals';
import { backoffMs, type RetryOptions, retry } from '../../../src/async/retry.ts';

const AT_ONCE = { baseMs: 0, capMs: 0 };
const never = new AbortController().signal;

/** Work that fails so many times before it succeeds, and counts how often it was tried. */
function failing(times: number) {
  const work = jest.fn(async () => {
    if (work.mock.calls.length <= times) throw new Error(`failure ${work.mock.calls.length}`);
    return 'done';
  });
  return work;
}

describe('retrying', () => {
  test.each<[string, number, Partial<RetryOptions>, string, number]>([
    ['ends with the first success', 3, {}, 'done', 4],
    ['tries once what succeeds at once', 0, { attempts: 1 }, 'done', 1],
    ['gives up after so many attempts, with the last error', 9, { attempts: 3 }, 'failure 3', 3],
    [
      'gives up at once what cannot pass by itself',
      9,
      { isRetryable: (error): error is never => error === undefined },
      'failure 1',
      1,
    ],
    ['gives up at once without patience', 9, { patienceMs: 0 }, 'failure 1', 1],
  ])('%s', async (_what, failures, options, outcome, tries) => {
    const work = failing(failures);
    const result = await retry(work, { ...AT_ONCE, ...options }, never).catch((error: Error) => error.message);
    expect([result, work.mock.calls.length]).toEqual([outcome, tries]);
  });

  test('counts from the beginning when the work has got on', async () => {
    const work = failing(6);
    const position = () => Math.floor(work.mock.calls.length / 2);
    await expect(retry(work, { ...AT_ONCE, attempts: 3, position }, never)).resolves.toBe('done');
  });

  test('is patient for so long since the first failure in a row', async () => {
    let nowMs = 0;
    const work = failing(9);
    const now = () => nowMs;
    const onRetry = () => {
      nowMs += 40;
    };
    await expect(retry(work, { ...AT_ONCE, patienceMs: 100, now, onRetry }, never)).rejects.toThrow('failure 4');
  });

  test('says how long it waits, longer each time up to the cap', async () => {
    const waits: number[] = [];
    const onRetry = (_error: unknown, waitMs: number) => {
      waits.push(waitMs);
    };
    await retry(failing(5), { baseMs: 1, capMs: 6, random: () => 1, onRetry }, never);
    expect(waits).toEqual([1, 2, 4, 6, 6]);
  });

  test('ends with what its listener rejects with', async () => {
    const onRetry = async () => {
      throw new Error('lost the range');
    };
    await expect(retry(failing(1), { ...AT_ONCE, onRetry }, never)).rejects.toThrow('lost the range');
  });

  test('ends while it waits when its signal aborts, with the last error', async () => {
    const stop = new AbortController();
    const work = failing(1);
    const onRetry = () => setImmediate(() => stop.abort());
    const retrying = retry(
      work,
      { baseMs: 3_600_000, capMs: 3_600_000, random: () => 1, onRetry: () => void onRetry() },
      stop.signal,
    );
    await expect(retrying).rejects.toThrow('failure 1');
    expect(work).toHaveBeenCalledTimes(1);
  });
});

test('back-off lies between 0 and the base times two to the attempt, and never beyond the cap', () => {
  const options = { baseMs: 50, capMs: 300 };
  const longest = [0, 1, 2, 3, 60].map((attempt) => backoffMs(attempt, { ...options, random: () => 1 }));
  expect(longest).toEqual([50, 100, 200, 300, 300]);
  expect(backoffMs(3, { ...options, random: () => 0 })).toBe(0);
});
