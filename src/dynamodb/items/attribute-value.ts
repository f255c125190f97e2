import { isRecord } from '../../json/is-record.ts';

/**
 * Values as DynamoDB has them in JSON: `{"S": "text"}`, numbers as text, bytes in base64. The document client's own
 * conversion leaves bytes to the serialiser of the SDK.
 */
export type AttributeValue = Readonly<Record<string, unknown>>;

/** Fields that are undefined are left out. Throws a TypeError for what DynamoDB cannot hold. */
export function attributesOf(item: object): AttributeValue {
  const present = Object.entries(item).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, attributeOf(value)]));
}

export function attributeOf(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number' && Number.isFinite(value)) return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (value instanceof Uint8Array)
    return { B: Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64') };
  if (Array.isArray(value)) return { L: value.filter((each) => each !== undefined).map(attributeOf) };
  if (isRecord(value)) return { M: attributesOf(value) };
  throw new TypeError(`DynamoDB cannot hold a ${typeof value}`);
}

/** The plain values of an item. Throws a SyntaxError for what is not the JSON of one. */
export function itemOf(attributes: unknown): Record<string, unknown> {
  if (!isRecord(attributes)) throw new SyntaxError('an item of DynamoDB is no object');
  return Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, plainOf(attribute)]));
}

function plainOf(attribute: unknown): unknown {
  const [type = '', value] = isRecord(attribute) ? (Object.entries(attribute)[0] ?? []) : [];
  const read = READERS.get(type);
  if (!read) throw new SyntaxError('an attribute of DynamoDB is of no known type');
  return read(value);
}

const READERS: ReadonlyMap<string, (value: unknown) => unknown> = new Map<string, (value: unknown) => unknown>([
  ['S', String],
  ['N', Number],
  ['BOOL', (value) => value === true],
  ['NULL', () => null],
  ['B', bytesOf],
  ['L', (value) => listOf(value).map(plainOf)],
  ['M', itemOf],
  ['SS', (value) => new Set(listOf(value).map(String))],
  ['NS', (value) => new Set(listOf(value).map(Number))],
  ['BS', (value) => new Set(listOf(value).map(bytesOf))],
]);

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new SyntaxError('a list of DynamoDB is no array');
}

function bytesOf(value: unknown): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.from(String(value), 'base64');
  return new Uint8Array(buffer, byteOffset, length);
}
