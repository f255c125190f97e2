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
