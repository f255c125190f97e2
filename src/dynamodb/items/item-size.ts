import { type Item, isItem } from './item.ts';

/** DynamoDB's limit: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
export const MAX_ITEM_BYTES = 400 * 1024;

/** What one write unit pays for. */
const UNIT_BYTES = 1_024;

/**
 * The size of a value by DynamoDB's rules, rounded up: names and texts by their UTF-8 bytes, a number by its digits,
 * lists and maps with three bytes and one for every entry. An item itself has no such three bytes, so this is never too
 * small. Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1;
  if (value instanceof Uint8Array) return value.byteLength;
  if (Array.isArray(value)) return 3 + sum(value.map((entry) => 1 + itemBytes(entry)));
  if (isItem(value)) return 3 + sum(Object.entries(value).map(fieldBytes));
  return 1;
}

/** Write units that putting an item costs the table. */
export function unitsOf(item: Item): number {
  return Math.ceil(itemBytes(item) / UNIT_BYTES);
}

function fieldBytes([name, value]: [string, unknown]): number {
  return value === undefined ? 0 : 1 + Buffer.byteLength(name) + itemBytes(value);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0);
}
