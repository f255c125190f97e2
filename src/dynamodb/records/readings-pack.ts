import type { TagReading } from '../../oci/manifest-facts.ts';
import { type Item, isItem, isListOf, isNumber, isText } from '../items/item.ts';
import { packJson, unpackJson } from '../items/packed-json.ts';
import { readReading } from './manifest-facts.ts';
import type { CompanionTag, Readings, TagEntry } from './record.ts';

/** Tags that are stored together, and what was read of them. */
export interface TagGroup {
  readonly tags: readonly TagEntry[];
  readonly companions: readonly CompanionTag[];
  /** By digest; others than those of the group are left out. */
  readonly readings: ReadonlyMap<string, TagReading>;
}

/**
 * Packed JSON: companions in columns, and `readings`, pairs of a digest and what was read of it, the newest push first.
 * A digest of a tag stands as its place among the distinct digests of the tags. Readings that make it longer than
 * `maxBytes` are left out, to be read again when they are wanted.
 */
export function packReadings(group: TagGroup, maxBytes: number): Uint8Array {
  const { companions } = group;
  const columns = {
    names: companions.map(({ name }) => name),
    times: companions.map(({ pushedAtMs }) => pushedAtMs),
    digests: companions.map(({ digest }) => digest),
  };
  const pairs = newestFirst(group);
  for (let kept = pairs.length; ; kept = Math.floor(kept / 2)) {
    const packed = packJson({ companions: columns, readings: pairs.slice(0, kept) });
    if (packed.length <= maxBytes || kept === 0) return packed;
  }
}

function newestFirst({ tags, companions, readings }: TagGroup): (readonly [number | string, TagReading])[] {
  const places = new Map(distinctDigests(tags).map((digest, place) => [digest, place]));
  const inOrder = [...tags, ...companions].sort((a, b) => b.pushedAtMs - a.pushedAtMs);
  return distinctDigests(inOrder).flatMap((digest) => {
    const reading = readings.get(digest);
    return reading ? [[places.get(digest) ?? digest, reading] as const] : [];
  });
}

/**
 * Reverses `packReadings`, with the tags of the group in their order. Undefined for what cannot be read: then everything
 * is read again.
 */
export function unpackReadings(
  bytes: Uint8Array,
  tags: readonly TagEntry[],
): Omit<Readings, 'representative'> | undefined {
  const value = tryUnpack(bytes);
  const { companions, readings }: Item = isItem(value) ? value : {};
  const { names, times, digests }: Item = isItem(companions) ? companions : {};
  if (!isListOf(names, isText) || !isListOf(times, isNumber) || !isListOf(digests, isText)) return undefined;
  if (!Array.isArray(readings)) return undefined;
  const known = distinctDigests(tags);
  const read = readings.flatMap((pair) => readPair(pair, known));
  return { tags: new Map(read), companions: names.flatMap((name, at) => companionOf(name, times[at], digests[at])) };
}

function readPair(pair: unknown, known: readonly string[]): (readonly [string, TagReading])[] {
  const [key, value]: unknown[] = Array.isArray(pair) ? pair : [];
  const digest = isNumber(key) ? known[key] : key;
  const reading = readReading(value);
  return isText(digest) && reading ? [[digest, reading]] : [];
}

function companionOf(name: string, pushedAtMs: number | undefined, digest: string | undefined): CompanionTag[] {
  return pushedAtMs === undefined || digest === undefined ? [] : [{ name, digest, pushedAtMs }];
}

function distinctDigests(tags: readonly { readonly digest: string }[]): string[] {
  return [...new Set(tags.map(({ digest }) => digest))];
}

function tryUnpack(bytes: Uint8Array): unknown {
  try {
    return unpackJson(bytes, 'readings');
  } catch {
    return undefined;
  }
}
