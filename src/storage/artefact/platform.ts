import { type JsonObject, stringOf } from './json.ts';

const PART = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

/** `os/architecture` or `os/architecture/variant`; undefined where one is missing, or `unknown` as with attestations. */
export function platformOf({ os, architecture, variant }: JsonObject): string | undefined {
  const parts = [stringOf(os), stringOf(architecture)];
  if (!parts.every((part) => part !== undefined && part !== 'unknown' && PART.test(part))) return undefined;
  const last = stringOf(variant);
  return [...parts, ...(last && PART.test(last) ? [last] : [])].join('/');
}
