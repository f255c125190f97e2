import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { isRecord } from '../../json/is-record.ts';

/** An item as the document client gives it, not yet checked. */
export type Item = Readonly<Record<string, unknown>>;

/** An item is not as expected; the message names the item and the fault. */
export class UnreadableItem extends Error {
  override readonly name = 'UnreadableItem';
}

/** What `parse` returns, or what `otherwise` makes of an item that cannot be read. */
export function parsedOr<T, U>(parse: () => T, otherwise: (error: UnreadableItem) => U): T | U {
  try {
    return parse();
  } catch (error) {
    if (error instanceof UnreadableItem) return otherwise(error);
    throw error;
  }
}

export interface ItemReader {
  text(name: string): string;
  number(name: string): number;
  /** A whole number from 0, small enough that the sum over all ranges is exact. */
  count(name: string): number;
  /** A number from 0, at most as large as a count. */
  amount(name: string): number;
  /** Milliseconds since 1970, up to the year 9999, as RFC 3339 can write. */
  time(name: string): number;
  flag(name: string): boolean;
  bytes(name: string): Uint8Array;
  texts(name: string): string[];
  /** The fields of a map. */
  within(name: string): ItemReader;
  /** What `read` makes of a field, or undefined where there is none. */
  optional<T>(name: string, read: (name: string) => T): T | undefined;
}

/**
 * Reads fields of an item and checks their types. Other fields are ignored, so that items of newer programs can be
 * read. Throws UnreadableItem.
 *
 * @example
 * const { text, optional } = readItem(item, 'repository a/b');
 * const title = optional('title', text);
 *
 */
export function readItem(item: Item, what: string): ItemReader {
  function field<T>(name: string, wanted: string, is: (value: unknown) => value is T): T {
    const value = item[name];
    if (!is(value)) throw new UnreadableItem(`${what}: ${name} is not ${wanted}`);
    return value;
  }

  return {
    text: (name) => field(name, 'a text', isText),
    number: (name) => field(name, 'a number', isNumber),
    count: (name) => field(name, 'a count', isCount),
    amount: (name) => field(name, 'an amount', isAmount),
    time: (name) => field(name, 'a time', isTime),
    flag: (name) => field(name, 'true or false', isFlag),
    bytes: (name) => field(name, 'binary', isBytes),
    texts: (name) => field(name, 'a list of texts', isTexts),
    within: (name) => readItem(field(name, 'a map', isItem), `${what}, ${name}`),
    optional: (name, read) => (item[name] === undefined ? undefined : read(name)),
  };
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

const MAX_COUNT = 1e12;
const MAX_TIME_MS = Date.UTC(9999, 11, 31);

export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && isAmount(value);
}

function isAmount(value: unknown): value is number {
  return isNumber(value) && value >= 0 && value <= MAX_COUNT;
}

function isTime(value: unknown): value is number {
  return isNumber(value) && value >= 0 && value <= MAX_TIME_MS;
}

export function isItem(value: unknown): value is Item {
  return isRecord(value) && !isBytes(value);
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

export function isTexts(value: unknown): value is string[] {
  return isListOf(value, isText);
}

export function isListOf<T>(value: unknown, is: (entry: unknown) => entry is T): value is T[] {
  return Array.isArray(value) && value.every(is);
}

/** Far more than fits into an item; a damaged item must not exhaust the memory. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

/** JSON, compressed: names that share their beginnings take a fraction of their length. */
export function packJson(value: unknown): Uint8Array {
  const text = Buffer.from(JSON.stringify(value));
  if (text.length <= TOO_SHORT_BYTES) return stored(text);
  return deflateRawSync(text, text.length > FEW_BYTES ? undefined : FOR_FEW_BYTES);
}

/**
 * Most repositories have one tag or few: compressing those would take most of the time of writing them, and save
 * nothing.
 */
const TOO_SHORT_BYTES = 160;
/** What zlib sets up for long texts takes longer than compressing short ones. */
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

/** Packs what `wrap` makes of as many of these, from the first on, as `maxBytes` have room for. */
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
