import { byteAt } from './typed.ts';

/** Bytes from `start` to `end` of a larger array. */
export interface Slice {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export function sliceOf(bytes: Uint8Array): Slice {
  return { bytes, start: 0, end: bytes.length };
}

export function encode(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

export function decode({ bytes, start, end }: Slice): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}

/** A text of ASCII, or of which each byte is to be a character of its own. */
export function decodeBytes({ bytes, start, end }: Slice): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

/** A slice in memory of its own, which stays when the array changes. (`Buffer.slice` copies nothing.) */
export function copyOf({ bytes, start, end }: Slice): Slice {
  return sliceOf(Uint8Array.from(bytes.subarray(start, end)));
}

/** FNV-1a, mixed once more. 31 bits, which V8 handles as a small integer. */
export function hashOf({ bytes, start, end }: Slice): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ byteAt(bytes, at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 1;
}

export function isSame(a: Slice, b: Slice): boolean {
  return a.end - a.start === b.end - b.start && startsWith(a, b);
}

export function startsWith(whole: Slice, start: Slice): boolean {
  const length = start.end - start.start;
  if (whole.end - whole.start < length) return false;
  for (let at = 0; at < length; at += 1) {
    if (byteAt(whole.bytes, whole.start + at) !== byteAt(start.bytes, start.start + at)) return false;
  }
  return true;
}

export function endsWith(whole: Slice, end: Slice): boolean {
  const start = whole.end - (end.end - end.start);
  return start >= whole.start && startsWith({ ...whole, start }, end);
}

/** Where `part` (not empty) begins in `whole` at `from` or later, or -1. */
export function indexOf(whole: Slice, part: Slice, from = whole.start): number {
  const first = byteAt(part.bytes, part.start);
  const length = part.end - part.start;
  for (let at = from; at <= whole.end - length; at += 1) {
    if (byteAt(whole.bytes, at) === first && restIsAt(whole.bytes, at, part)) return at;
  }
  return -1;
}

function restIsAt(bytes: Uint8Array, at: number, part: Slice): boolean {
  const length = part.end - part.start;
  for (let next = 1; next < length; next += 1) {
    if (byteAt(bytes, at + next) !== byteAt(part.bytes, part.start + next)) return false;
  }
  return true;
}

/** A byte of ASCII as folding leaves it. */
export function foldByte(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** Where `part` (folded, not empty) begins in `whole`, which is ASCII and folded on the way; or -1. */
export function indexOfFolded(whole: Slice, part: Slice): number {
  const first = byteAt(part.bytes, part.start);
  const length = part.end - part.start;
  for (let at = whole.start; at <= whole.end - length; at += 1) {
    if (foldByte(byteAt(whole.bytes, at)) === first && foldedRestIsAt(whole.bytes, at, part)) return at;
  }
  return -1;
}

function foldedRestIsAt(bytes: Uint8Array, at: number, part: Slice): boolean {
  const length = part.end - part.start;
  for (let next = 1; next < length; next += 1) {
    if (foldByte(byteAt(bytes, at + next)) !== byteAt(part.bytes, part.start + next)) return false;
  }
  return true;
}

/** Byte order, which is the order of code points too. */
export function compare(a: Slice, b: Slice): number {
  const length = Math.min(a.end - a.start, b.end - b.start);
  for (let at = 0; at < length; at += 1) {
    const difference = byteAt(a.bytes, a.start + at) - byteAt(b.bytes, b.start + at);
    if (difference !== 0) return difference;
  }
  return a.end - a.start - (b.end - b.start);
}

/** The order of texts as ASCII folds them; those that differ in case alone are in byte order. */
export function compareFolded(a: Slice, b: Slice): number {
  const length = Math.min(a.end - a.start, b.end - b.start);
  for (let at = 0; at < length; at += 1) {
    const difference = foldByte(byteAt(a.bytes, a.start + at)) - foldByte(byteAt(b.bytes, b.start + at));
    if (difference !== 0) return difference;
  }
  return a.end - a.start - (b.end - b.start) || compare(a, b);
}

/** Whether a text, as ASCII is folded, begins with one that is folded. */
export function startsWithFolded(whole: Slice, start: Slice): boolean {
  const length = start.end - start.start;
  if (whole.end - whole.start < length) return false;
  for (let at = 0; at < length; at += 1) {
    if (foldByte(byteAt(whole.bytes, whole.start + at)) !== byteAt(start.bytes, start.start + at)) return false;
  }
  return true;
}

/**
 * Joins texts and numbers as bytes, in memory that is used for every write: allocation takes longer than the writing.
 */
export interface ByteWriter {
  /** A text alone; valid until the next call. */
  encode(text: string): Slice;
  /** Begins a new row of bytes. */
  start(): void;
  text(text: string): void;
  byte(byte: number): void;
  /** 32 bits, the highest byte first. */
  uint32(value: number): void;
  /** Everything since `start`; valid until the next call. */
  written(): Slice;
}

const LONGEST_CHARACTER = 3;

/** Text is written as UTF-8; half a surrogate pair becomes U+FFFD. */
export function createByteWriter(): ByteWriter {
  let bytes = Buffer.alloc(1_024);
  let end = 0;

  const reserve = (room: number) => {
    if (end + room > bytes.length) bytes = Buffer.concat([bytes], (end + room) * 2);
  };
  const start = () => {
    end = 0;
  };
  const text = (characters: string) => {
    reserve(characters.length * LONGEST_CHARACTER);
    end += bytes.write(characters, end);
  };
  const byte = (value: number) => {
    reserve(1);
    bytes[end] = value;
    end += 1;
  };
  const written = () => ({ bytes, start: 0, end });

  return {
    start,
    text,
    byte,
    written,
    uint32(value) {
      for (let shift = 24; shift >= 0; shift -= 8) byte(value >>> shift);
    },
    encode(characters) {
      start();
      text(characters);
      return written();
    },
  };
}
