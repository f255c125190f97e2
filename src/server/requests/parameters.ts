import { ApiError, type ErrorCode } from '../errors/api-error.ts';

/** Parameters of a request by name; of several with one name the first counts, as in Go's `url.Values.Get`. */
export type Parameters = ReadonlyMap<string, string>;

/** Reads the parameters in a request's URL. Throws ENCODING_INVALID when they are not percent-encoded UTF-8. */
export function parametersOf(url: string): Parameters {
  const parameters = new Map<string, string>();
  const at = url.indexOf('?');
  if (at === -1) return parameters;
  for (const pair of url.slice(at + 1).split('&')) {
    const [name = '', ...rest] = pair.split('=');
    const key = decode(name);
    if (!parameters.has(key)) parameters.set(key, decode(rest.join('=')));
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new ApiError('ENCODING_INVALID');
  }
}

/** A whole number from 1, or `fallback` when the parameter is not there. Throws `code` for anything else. */
export function positive(text: string | undefined, fallback: number, code: ErrorCode): number {
  if (text === undefined) return fallback;
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number < 1) throw new ApiError(code);
  return number;
}
