import type { Limit } from '../async/adaptive-limit.ts';
import { unlessAborted, withDeadline } from '../async/deadline.ts';
import { retry } from '../async/retry.ts';
import { classify } from './classify.ts';
import { isRetryable } from './errors.ts';
import type { Subject } from './failure-rules.ts';

/** Sends one request of an SDK client; the options go into `client.send` as they are. */
export type Request<T> = (options: { readonly abortSignal: AbortSignal }) => Promise<T>;

/** Calls one service of AWS, or what speaks as it does, about one thing. */
export interface AwsCaller {
  /** Sends a request once. */
  once<T>(request: Request<T>, signal: AbortSignal): Promise<T>;
  /** Sends it again, with back-off, while its failure may pass by itself. */
  patiently<T>(request: Request<T>, signal: AbortSignal): Promise<T>;
}

export interface AwsCallerOptions {
  /** Longest time of one attempt. */
  readonly timeoutMs?: number;
  readonly attempts?: number;
  readonly baseMs?: number;
  readonly capMs?: number;
  /** Every attempt waits for it, and its timeout begins after that. */
  readonly limit?: Limit;
}

const unlimited: Limit = (work) => work();

/**
 * Sends requests about one thing, each with a timeout and the caller's stop signal. Both ways reject with a classified
 * ServiceError. `patiently` calls `request` once for every attempt, so that an attempt may differ from the one before.
 */
export function createAwsCaller(subject: Subject, options: AwsCallerOptions = {}): AwsCaller {
  const { timeoutMs = 10_000, attempts = 8, baseMs = 50, capMs = 5_000, limit = unlimited } = options;

  async function once<T>(request: Request<T>, signal: AbortSignal): Promise<T> {
    return limit(() => attempt(request, signal), signal).catch((error: unknown) => {
      throw classify(error, subject);
    });
  }

  async function attempt<T>(request: Request<T>, signal: AbortSignal): Promise<T> {
    try {
      return await withDeadline(signal, timeoutMs, (abortSignal) =>
        unlessAborted(abortSignal, request({ abortSignal })),
      );
    } catch (error) {
      throw classify(error, subject);
    }
  }

  async function patiently<T>(request: Request<T>, signal: AbortSignal): Promise<T> {
    return retry(() => once(request, signal), { attempts, baseMs, capMs, isRetryable }, signal);
  }

  return { once, patiently };
}
