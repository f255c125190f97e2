import type { Slice } from './bytes.ts';

/** Puts texts and numbers together as bytes, in memory that is used again and again because new memory takes long. */
export interface ByteWriter {
  /** A text alone; good until the next one. */
  encode(text: string): Slice;
  /** Begins with nothing. */
  start(): void;
  text(text: string): void;
  byte(byte: number): void;
  /** 32 bits, the highest byte first. */
  word(word: number): void;
  /** All since `start`; good until the next one. */
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
    end += writeAscii(bytes, end, characters) ? characters.length : bytes.write(characters, end);
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
    word(value) {
      for (let shift = 24; shift >= 0; shift -= 8) byte(value >>> shift);
    },
    encode(characters) {
      start();
      text(characters);
      return written();
    },
  };
}

/** Short texts are written by far the quickest one by one. Says whether that was all. */
function writeAscii(bytes: Uint8Array, from: number, text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) return false;
    bytes[from + at] = code;
  }
  return true;
}
