import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { withDeadline } from '../../../src/async/deadline.ts';

const HOUR_MS = 3_600_000;

/** Ends as its signal tells it to. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
  });

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

describe('work with a deadline', () => {
  test('is told when its time is over', async () => {
    const { signal } = new AbortController();
    await expect(withDeadline(signal, 1, untilAborted)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('is told when its caller stops, before or while it runs', async () => {
    const stop = new AbortController();
    const running = withDeadline(stop.signal, HOUR_MS, untilAborted);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await expect(withDeadline(stop.signal, HOUR_MS, untilAborted)).rejects.toThrow('enough');
  });

  test('is left to itself when it does not heed its signal', async () => {
    const stop = new AbortController();
    const deaf = () => new Promise<never>(() => undefined);
    await expect(withDeadline(stop.signal, 1, deaf)).rejects.toMatchObject({ name: 'TimeoutError' });
    const running = withDeadline(stop.signal, HOUR_MS, deaf);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });

  test('says itself why it ended where it does heed its signal, also deep within other work', async () => {
    const { signal } = new AbortController();
    const named = (inner: AbortSignal) =>
      untilAborted(inner).catch((cause: unknown) => {
        throw new Error('the table did not answer', { cause });
      });
    const nested = (outer: AbortSignal) => withDeadline(outer, HOUR_MS, named);
    await expect(withDeadline(signal, 1, nested)).rejects.toThrow('the table did not answer');
  });

  test('leaves neither timers nor listeners behind, however it ends', async () => {
    const { signal } = new AbortController();
    const before = timers();
    for (let request = 0; request < 100; request += 1) {
      expect(await withDeadline(signal, HOUR_MS, async () => request)).toBe(request);
      await expect(withDeadline(signal, HOUR_MS, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    }
    expect(timers()).toBeLessThanOrEqual(before);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
