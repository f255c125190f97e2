import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { UnreadableItem } from './item.ts';

/** Far above what fits into an item; keeps a damaged one from filling the memory. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

/** JSON, compressed: names that share their beginnings take a fraction of their length. */
export function packJson(value: unknown): Uint8Array {
  return deflateRawSync(JSON.stringify(value));
}

/** Reverses `packJson`. Throws UnreadableItem; what is in it is still to be checked. */
export function unpackJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(inflateRawSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }).toString());
  } catch (cause) {
    throw new UnreadableItem(`${what}: cannot be unpacked`, { cause });
  }
}
