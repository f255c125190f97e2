import { type AdaptiveLimit, createAdaptiveLimit } from '../async/adaptive-limit.ts';
import { isRetryable } from './errors.ts';

/** How many requests a service is sent at once, `max` at most: fewer while it throttles, fails or does not answer. */
export function createRequestLimit(max: number): AdaptiveLimit {
  return createAdaptiveLimit({ max, isOverload: isRetryable });
}
