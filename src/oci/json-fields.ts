import { isRecord } from '../json/is-record.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** What reading somebody's JSON gave: the value, or a short sentence saying what is wrong with it. */
export type Parsed<T> =
  | { readonly kind: 'parsed'; readonly value: T }
  | { readonly kind: 'malformed'; readonly reason: string };

/** The JSON object in `bytes`; `what` names it in the reason. Never throws. */
export function parseObject(bytes: Buffer, what: string): Parsed<JsonObject> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (isRecord(value)) return { kind: 'parsed', value };
    return { kind: 'malformed', reason: `the ${what} is not a JSON object` };
  } catch {
    return { kind: 'malformed', reason: `the ${what} is not JSON` };
  }
}

/** `value` where it is an object, and an empty one for anything else. */
export function objectOf(value: unknown): JsonObject {
  return isRecord(value) ? value : {};
}

/** The objects of an array, and none of anything else. */
export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A string that is not empty. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]{1,200}$/;

/** A digest in OCI's grammar: it becomes part of a key, so that nothing else may be in it. */
export function digestOf(value: unknown): string | undefined {
  return typeof value === 'string' && DIGEST.test(value) ? value : undefined;
}

/** A number of bytes. */
export function sizeOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
