import { describe, expect, test } from '@jest/globals';
import { type FailureKind, ServiceError } from '../../../src/aws/errors.ts';
import { retryService } from '../../../src/indexer/retry-service.ts';

const failing = (kind: FailureKind) => new ServiceError({ kind, reason: 'Reason', message: kind });

/** Runs work that fails so, with a clock that goes on by a second a try. */
function run(
  work: (attempt: number) => string,
  { patienceMs = 10_000, position = () => 0 as unknown, stop = new AbortController() } = {},
) {
  let clock = 0;
  let attempts = 0;
  const retried: string[] = [];
  const options = {
    baseMs: 0,
    capMs: 0,
    patienceMs,
    position,
    now: () => clock,
    onRetry: async ({ message }: { message: string }) => void retried.push(message),
  };
  const result = retryService(
    async () => {
      clock += 1_000;
      attempts += 1;
      return work(attempts);
    },
    options,
    stop.signal,
  );
  return { result, attempts: () => attempts, retried };
}

describe('retrying', () => {
  test('goes on while the failure may pass', async () => {
    const { result, retried } = run((attempt) => {
      if (attempt < 4) throw failing('retryable');
      return 'done';
    });
    expect(await result).toBe('done');
    expect(retried).toHaveLength(3);
  });

  test.each(['denied', 'notFound', 'terminal', 'conflict'] as const)('does not try again what is %s', async (kind) => {
    const { result, attempts } = run(() => {
      throw failing(kind);
    });
    await expect(result).rejects.toMatchObject({ failure: { kind } });
    expect(attempts()).toBe(1);
  });

  test('ends when patience does', async () => {
    const { result, attempts } = run(
      () => {
        throw failing('retryable');
      },
      { patienceMs: 5_000 },
    );
    await expect(result).rejects.toMatchObject({ failure: { kind: 'retryable' } });
    expect(attempts()).toBe(6);
  });

  test('has patience anew whenever the work got on', async () => {
    let position = 0;
    const { result, attempts } = run(
      (attempt) => {
        if (attempt % 4 === 0) position += 1;
        if (attempt < 20) throw failing('retryable');
        return 'done';
      },
      { patienceMs: 5_000, position: () => position },
    );
    expect(await result).toBe('done');
    expect(attempts()).toBe(20);
  });

  test('ends when it is told to stop', async () => {
    const stop = new AbortController();
    const { result, attempts } = run(
      () => {
        stop.abort();
        throw failing('retryable');
      },
      { stop },
    );
    await expect(result).rejects.toMatchObject({ failure: { kind: 'retryable' } });
    expect(attempts()).toBe(1);
  });
});
