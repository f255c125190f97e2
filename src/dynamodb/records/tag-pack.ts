import { type Item, isItem, isListOf, isNumber, isText, isTexts, readItem, UnreadableItem } from '../items/item.ts';
import { packJson, unpackJson } from '../items/packed-json.ts';
import { packCharts, unpackCharts } from './chart-pack.ts';
import { MINUTE_MS, minuteOf } from './minutes.ts';
import type { TagEntry } from './record.ts';

/**
 * Tags in columns. Digests are the bulk of a long tag list and do not compress, so each sha256 is stored once, as 32
 * bytes, and tags refer to it by number; digests of other algorithms are stored as text.
 */
export interface PackedTags {
  /**
   * Packed JSON: `names`, `times` (ms, each as the difference to the one before), `digests` (numbers or texts),
   * `platforms` (the distinct lists of them), `runsOn` (each tag's number in that; -1 while it is not known), `sizes`
   * (bytes) and `ages` (minutes from when it was built to the push); null where that is not known.
   */
  readonly tags: Uint8Array;
  readonly digests: Uint8Array;
  /** Packed chart versions of those tags; see `packCharts`. */
  readonly charts?: Uint8Array | undefined;
  /** Packed manifests of those tags, which search does not read; see `packManifests`. */
  readonly readings?: Uint8Array | undefined;
}

const SHA256 = /^sha256:([0-9a-f]{64})$/;
export const DIGEST_BYTES = 32;
const UNKNOWN = -1;
/** Some thousand charts as people write them: versions of one chart are much alike. */
const MAX_PACKED_CHARTS_BYTES = 64 * 1024;

export function packTags(entries: readonly TagEntry[]): PackedTags {
  const known = new Map<string, number>();
  const names = entries.map(({ name }) => name);
  const times = entries.map(({ pushedAtMs }, i) => pushedAtMs - (entries[i - 1]?.pushedAtMs ?? 0));
  const digests = entries.map(({ digest }) => referTo(digest, known));
  const columns = { names, times, digests, ...packPlatforms(entries), ...packImages(entries) };
  const packed = { tags: packJson(columns), digests: Buffer.from([...known.keys()].join(''), 'hex') };
  const charts = packCharts(entries, MAX_PACKED_CHARTS_BYTES);
  return charts ? { ...packed, charts } : packed;
}

/** Reverses `packTags`. Throws UnreadableItem. */
export function unpackTags(packed: Omit<PackedTags, 'readings'>, what: string): TagEntry[] {
  const { names, times, digests, platforms, runsOn, sizes, ages } = columnsOf(unpackJson(packed.tags, what), what);
  const digestAt = digestReader(packed.digests, what);
  const charts = packed.charts && unpackCharts(packed.charts, what);
  let pushedAtMs = 0;
  return names.map((name, i) => {
    pushedAtMs += times[i] ?? 0;
    const chart = charts?.get(i);
    const [sizeBytes, age] = [sizes[i], ages[i]];
    return {
      name,
      digest: digestAt(digests[i]),
      pushedAtMs,
      platforms: platforms[runsOn[i] ?? UNKNOWN],
      ...(isNumber(sizeBytes) && { sizeBytes }),
      ...(isNumber(age) && { createdAtMs: (minuteOf(pushedAtMs) - age) * MINUTE_MS }),
      ...(chart && { chart }),
    };
  });
}

/** The tags that `packTags` has put into an item. Throws UnreadableItem. */
export function readTags(item: Item, what: string): TagEntry[] {
  const { bytes, optional } = readItem(item, what);
  return unpackTags({ tags: bytes('tags'), digests: bytes('digests'), charts: optional('charts', bytes) }, what);
}

/** Tags of one repository mostly run on the same platforms, so each list of them is kept once. */
function packPlatforms(entries: readonly TagEntry[]) {
  const known = new Map<string, number>();
  const lists: (readonly string[])[] = [];
  const runsOn = entries.map(({ platforms }) => {
    if (platforms === undefined) return UNKNOWN;
    const key = JSON.stringify(platforms);
    const index = known.get(key) ?? lists.push(platforms) - 1;
    known.set(key, index);
    return index;
  });
  return { platforms: lists, runsOn };
}

/** Ages, because most images are pushed when they are built. */
function packImages(entries: readonly TagEntry[]) {
  return {
    sizes: entries.map(({ sizeBytes }) => sizeBytes ?? null),
    ages: entries.map(({ createdAtMs, pushedAtMs }) => {
      return createdAtMs === undefined ? null : minuteOf(pushedAtMs) - minuteOf(createdAtMs);
    }),
  };
}

function referTo(digest: string, known: Map<string, number>): number | string {
  const hex = SHA256.exec(digest)?.[1];
  if (hex === undefined) return digest;
  const index = known.get(hex) ?? known.size;
  known.set(hex, index);
  return index;
}

function digestReader(bytes: Uint8Array, what: string): (reference: number | string | undefined) => string {
  const hex = Buffer.from(bytes).toString('hex');
  return (reference) => {
    if (typeof reference === 'string') return reference;
    const start = (reference ?? -1) * DIGEST_BYTES * 2;
    const digest = hex.slice(start, start + DIGEST_BYTES * 2);
    if (start < 0 || digest.length < DIGEST_BYTES * 2) throw new UnreadableItem(`${what}: a tag has no digest`);
    return `sha256:${digest}`;
  };
}

function columnsOf(value: unknown, what: string) {
  const { names, times, digests, platforms = [], runsOn = [], ...images }: Item = isItem(value) ? value : {};
  const { sizes = [], ages = [] } = images;
  if (!isListOf(names, isText) || !isListOf(times, isNumber) || !isListOf(digests, isReference))
    throw new UnreadableItem(`${what}: tags are not as expected`);
  if (!isListOf(platforms, isTexts) || !isListOf(runsOn, isNumber))
    throw new UnreadableItem(`${what}: platforms of tags are not as expected`);
  if (!Array.isArray(sizes) || !Array.isArray(ages))
    throw new UnreadableItem(`${what}: sizes of tags are not as expected`);
  if (names.length !== times.length || names.length !== digests.length)
    throw new UnreadableItem(`${what}: tags are incomplete`);
  return { names, times, digests, platforms, runsOn, sizes, ages };
}

function isReference(value: unknown): value is number | string {
  return isText(value) || (isNumber(value) && Number.isInteger(value));
}
