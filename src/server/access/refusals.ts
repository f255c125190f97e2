import { ApiError } from '../errors/api-error.ts';
import { BASIC_CHALLENGE } from './authenticator.ts';
import type { Checked } from './caller-check.ts';

/** The answer to a caller who has to log in, or has not managed to. `challenge` is what to ask for. */
export function unauthorized(challenge = BASIC_CHALLENGE): ApiError {
  return new ApiError('UNAUTHORIZED', undefined, { 'www-authenticate': challenge });
}

/** The answer to a credential that was not found good. */
export function refusalOf(outcome: Exclude<Checked, { kind: 'seen' }>, challenge: string): ApiError {
  switch (outcome.kind) {
    case 'refused':
      return unauthorized(challenge);
    case 'throttled':
      return new ApiError('TOOMANYREQUESTS', undefined, { 'retry-after': String(outcome.retrySeconds) });
    case 'busy':
      return new ApiError('BUSY');
    case 'unavailable':
      return loginUnavailable();
  }
}

/** Not 401: people would type their passwords again, and podman would look elsewhere. */
export function loginUnavailable(): ApiError {
  return new ApiError('LOGIN_UNAVAILABLE');
}
