import { describe, expect, test } from '@jest/globals';
import { createAwsCaller } from '../../../src/aws/call.ts';
import '../../support/native-errors.ts';

const subject = { thing: 'table t', at: 'here' };
const signal = AbortSignal.timeout(30 * 60_000);
const quick = { baseMs: 1, capMs: 1, attempts: 3 };

const failing = (name: string) => Promise.reject(Object.assign(new Error(name), { name }));

describe('a patient call', () => {
  test('is repeated until it succeeds', async () => {
    let tries = 0;
    const call = createAwsCaller(subject, quick);
    const answer = await call.patiently(async () => (++tries < 3 ? failing('ThrottlingException') : tries), signal);
    expect(answer).toBe(3);
  });

  test('gives up after its attempts', async () => {
    let tries = 0;
    const call = createAwsCaller(subject, quick);
    const asked = call.patiently(async () => {
      tries++;
      return failing('ThrottlingException');
    }, signal);
    await expect(asked).rejects.toMatchObject({ failure: { reason: 'Throttled' } });
    expect(tries).toBe(3);
  });

  test.each(['ConditionalCheckFailedException', 'AccessDenied', 'ValidationException'])(
    'is not repeated after %s',
    async (name) => {
      let tries = 0;
      const asked = createAwsCaller(subject, quick).patiently(async () => {
        tries++;
        return failing(name);
      }, signal);
      await expect(asked).rejects.toHaveProperty('failure');
      expect(tries).toBe(1);
    },
  );

  test('ends with the stop signal, even while it waits', async () => {
    const stop = new AbortController();
    const call = createAwsCaller(subject, { attempts: 9, baseMs: 3_600_000, capMs: 3_600_000 });
    const asked = call.patiently(async () => {
      setImmediate(() => stop.abort());
      return failing('ThrottlingException');
    }, stop.signal);
    await expect(asked).rejects.toMatchObject({ failure: { reason: 'Throttled' } });
  });
});

test('a call is told to stop after its time', async () => {
  const call = createAwsCaller(subject, { timeoutMs: 5 });
  const asked = call.once(
    ({ abortSignal }) =>
      new Promise((_, reject) => {
        abortSignal.addEventListener('abort', () => reject(abortSignal.reason));
      }),
    signal,
  );
  await expect(asked).rejects.toMatchObject({ failure: { reason: 'EndpointUnreachable' } });
});
