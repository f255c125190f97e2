import { isRecord } from '../../../src/json/is-record.ts';

/** The value of an attribute as it is in JSON, such as `{"S": "text"}`. */
export function plainOf(attribute: unknown): unknown {
  const [[type, value] = []] = isRecord(attribute) ? Object.entries(attribute) : [];
  switch (type) {
    case 'N':
      return Number(value);
    case 'B':
      return Buffer.from(String(value), 'base64');
    case 'L':
      return Array.isArray(value) ? value.map(plainOf) : [];
    case 'M':
      return itemOf(value);
    case 'NULL':
      return null;
    default:
      return value;
  }
}

export function itemOf(attributes: unknown): Record<string, unknown> {
  return isRecord(attributes) ? mapped(attributes, plainOf) : {};
}

/** Reverses `plainOf`. */
export function attributeOf(value: unknown): object {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return isRecord(value) ? { M: attributesOf(value) } : { NULL: true };
}

export function attributesOf(item: unknown): Record<string, object> {
  if (!isRecord(item)) return {};
  const present = Object.entries(item).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, attributeOf(value)]));
}

export function mapped<T>(record: Readonly<Record<string, unknown>>, change: (value: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
