import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { UnreadableItem } from './item.ts';

/** Far more than is packed into one item. A damaged item must not exhaust the memory. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

/** Compresses JSON: names that share their beginnings take a fraction of their length. */
export function packJson(value: unknown): Uint8Array {
  const text = Buffer.from(JSON.stringify(value));
  if (text.length <= TOO_SHORT_BYTES) return stored(text);
  return deflateRawSync(text, text.length > FEW_BYTES ? undefined : FOR_FEW_BYTES);
}

/**
 * Shorter texts are not compressed: most repositories have one tag or few, and to compress these would take most of the
 * time of writing them, and save nothing.
 */
const TOO_SHORT_BYTES = 160;
/** For a shorter text zlib is given less memory: setting up its usual memory would take longer than compressing. */
const FEW_BYTES = 1_024;
const FOR_FEW_BYTES = { windowBits: 10, memLevel: 4, chunkSize: 1_024 } as const;

const STORED = 1;
const STORED_HEADER_BYTES = 5;

/** A deflate stream of one block that is not compressed (RFC 1951, 3.2.4), which any reader can read. */
function stored(text: Buffer): Uint8Array {
  const packed = Buffer.alloc(STORED_HEADER_BYTES + text.length);
  packed.writeUInt8(STORED);
  packed.writeUInt16LE(text.length, 1);
  packed.writeUInt16LE(~text.length & 0xffff, 3);
  text.copy(packed, STORED_HEADER_BYTES);
  return packed;
}

/** Packs what `wrap` makes of the first of `these`: of all, or else of half as many until it fits into `maxBytes`. */
export function packWithin<T>(
  these: readonly T[],
  maxBytes: number,
  wrap: (kept: readonly T[]) => unknown = (kept) => kept,
): Uint8Array {
  for (let kept = these.length; ; kept = Math.floor(kept / 2)) {
    const packed = packJson(wrap(these.slice(0, kept)));
    if (packed.length <= maxBytes || kept === 0) return packed;
  }
}

/** Reverses `packJson`; the caller checks the value. Throws UnreadableItem. */
export function unpackJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(inflated(bytes).toString());
  } catch (cause) {
    throw new UnreadableItem(`${what}: cannot be unpacked`, { cause });
  }
}

function inflated(bytes: Uint8Array): Buffer {
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (packed[0] === STORED && packed.readUInt16LE(1) === packed.length - STORED_HEADER_BYTES)
    return packed.subarray(STORED_HEADER_BYTES);
  return inflateRawSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES });
}
