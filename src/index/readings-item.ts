import { type Item, isItem, isTexts, readItem, UnreadableItem } from './item.ts';
import { packJson, unpackJson } from './packed-json.ts';
import type { Readings } from './record.ts';

/** Of a repository with more of them some are read again whenever it changes, which must not make its item too large. */
const MAX_REFERRERS = 500;

/** What of a record's item keeps its readings: a few bytes, for most repositories have no referrers under tags. */
export function readingsItem({ representative, attested, referrers }: Readings): Item {
  const kept = Object.entries(referrers).slice(0, MAX_REFERRERS);
  return {
    read: representative ?? '',
    ...(attested ? { attested } : {}),
    ...(kept.length > 0 ? { referrerDigests: packJson(Object.fromEntries(kept)) } : {}),
  };
}

/** Reverses `readingsItem`; undefined for an item that has none. Throws UnreadableItem. */
export function parseReadings(item: Item, what: string): Readings | undefined {
  const { text, flag, bytes, optional } = readItem(item, what);
  const representative = optional('read', text);
  if (representative === undefined) return undefined;
  return {
    representative: representative || undefined,
    attested: optional('attested', flag) ?? false,
    referrers: parseReferrers(optional('referrerDigests', bytes), what),
  };
}

function parseReferrers(packed: Uint8Array | undefined, what: string): Record<string, string[]> {
  if (packed === undefined) return {};
  const referrers = unpackJson(packed, what);
  if (!isReferrers(referrers)) throw new UnreadableItem(`${what}: digests of referrers are not as expected`);
  return referrers;
}

function isReferrers(value: unknown): value is Record<string, string[]> {
  return isItem(value) && Object.values(value).every(isTexts);
}
