import { type Item, isItem, isNumber, isText, readItem, UnreadableItem } from './item.ts';
import { readReading } from './manifest-facts.ts';
import { packJson, unpackJson } from './packed-json.ts';
import type { CompanionTag, Readings } from './record.ts';

/** What of a record's item keeps its readings. */
export function readingsItem({ representative, tags, companions }: Readings): Item {
  return { readings: packJson({ representative, tags: [...tags], companions }) };
}

/** Reverses `readingsItem`; undefined for an item that has none. Throws UnreadableItem. */
export function parseReadings(item: Item, what: string): Readings | undefined {
  const { bytes, optional } = readItem(item, what);
  const packed = optional('readings', bytes);
  if (packed === undefined) return undefined;
  const value = unpackJson(packed, what);
  const { representative, tags, companions }: Item = isItem(value) ? value : {};
  if (!Array.isArray(tags) || !Array.isArray(companions))
    throw new UnreadableItem(`${what}: readings are not as expected`);
  return {
    representative: isText(representative) ? representative : undefined,
    tags: new Map(tags.flatMap(readEntry)),
    companions: companions.filter(isCompanion),
  };
}

function readEntry(entry: unknown) {
  const [digest, value]: unknown[] = Array.isArray(entry) ? entry : [];
  const reading = readReading(value);
  return isText(digest) && reading ? [[digest, reading] as const] : [];
}

function isCompanion(value: unknown): value is CompanionTag {
  return isItem(value) && isText(value.name) && isText(value.digest) && isNumber(value.pushedAtMs);
}
