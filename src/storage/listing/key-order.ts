import { createSingleFlight } from '../../async/single-flight.ts';
import type { ObjectStorage, StorageObject } from '../object-storage.ts';
import { compareBytes } from './byte-order.ts';
import type { PageHandOver } from './page-hand-over.ts';
import { firstKeyOf, plainPages } from './plain-pages.ts';

/**
 * Whether a store lists in byte order of keys, and `start-after` begins at the next key in that order. S3 does. Stores
 * that keep keys as files often sort folders by name instead, or pass over a whole folder that `start-after` names. So
 * a walk that skips keys or begins in the middle asks here first.
 */
export interface KeyOrder {
  /** Collects evidence from the pages of a plain listing, from its first key on. */
  gather(): Evidence;
  /**
   * Whether what was gathered shows it; one LIST makes sure, once. Without enough of it, or with all keys, it does not.
   */
  isShownBy(evidence: Evidence, signal: AbortSignal): Promise<boolean>;
  /** Whether keys of a listing of its own come in order, which is made once. */
  isShown(signal: AbortSignal): Promise<boolean>;
  /** Undefined until it is known. */
  verdict(): boolean | undefined;
  /** Notes that a key was listed out of order. */
  disprove(): void;
}

export interface Evidence {
  add(page: EvidencePage): void;
  readonly isOrdered: boolean;
  /** Number of keys, and whether the listing is complete. */
  readonly keys: number;
  readonly isAll: boolean;
  readonly probe: Probe | undefined;
  readonly sample: Sample | undefined;
}

interface EvidencePage {
  readonly objects: readonly StorageObject[];
  readonly continuationToken: string | undefined;
}

/** What a store in byte order lists next after a string that is no key. */
interface Probe {
  readonly startAfter: string;
  readonly expected: string;
}

/** The keys of one folder, as a listing from the very first key shows them. */
interface Sample {
  readonly prefix: string;
  readonly keys: readonly string[];
}

export interface KeyOrderOptions {
  readonly storage: ObjectStorage;
  readonly prefix: string;
  readonly now: () => number;
  readonly handOver?: PageHandOver | undefined;
}

/** So many keys are not in order by chance. */
const MIN_KEYS = 16;

export function createKeyOrder(options: KeyOrderOptions): KeyOrder {
  let verdict: boolean | undefined;
  const flights = createSingleFlight<boolean>();

  const judge = async (evidence: Evidence, signal: AbortSignal): Promise<boolean> => {
    if (verdict !== undefined) return verdict;
    const { isOrdered, isAll, keys, probe, sample } = evidence;
    if (!isOrdered) verdict = false;
    else if (isAll || keys < MIN_KEYS || !probe) return false;
    else if (sample && !(await isWhole(options, sample, signal))) verdict = false;
    else
      verdict = (await firstKeyOf({ ...options, startAfter: probe.startAfter, maxKeys: 1 }, signal)) === probe.expected;
    return verdict;
  };

  return {
    gather: createEvidence,
    verdict: () => verdict,
    disprove() {
      verdict = false;
    },
    async isShownBy(evidence, signal) {
      return verdict ?? (await judge(evidence, signal));
    },
    async isShown(signal) {
      if (verdict !== undefined) return verdict;
      const ask = async (stop: AbortSignal) => judge(await gatherEvidence(options, stop), stop);
      return flights.join('', { signal }) ?? flights.begin('', { signal }, ask);
    },
  };
}

/** Reads the very first page, and hands it over to the walk that begins there. */
async function gatherEvidence(options: KeyOrderOptions, signal: AbortSignal): Promise<Evidence> {
  const evidence = createEvidence();
  const { handOver } = options;
  let isFirst = true;
  for await (const page of plainPages({ ...options, first: handOver?.take(undefined) }, signal)) {
    if (isFirst) handOver?.leave(undefined, page);
    isFirst = false;
    evidence.add(page);
    if (!evidence.isOrdered || (evidence.keys >= MIN_KEYS && evidence.probe)) break;
  }
  return evidence;
}

/** A store that lists its keys in several runs has more keys in that folder. */
async function isWhole(options: KeyOrderOptions, { prefix, keys }: Sample, signal: AbortSignal): Promise<boolean> {
  const found: string[] = [];
  for await (const { objects } of plainPages({ ...options, prefix, maxKeys: keys.length + 1 }, signal)) {
    found.push(...objects.map(({ key }) => key));
    if (found.length > keys.length) break;
  }
  const distinct = new Set(found);
  return distinct.size === keys.length && keys.every((key) => distinct.has(key));
}

function createEvidence(): Evidence {
  let last: string | undefined;
  let isOrdered = true;
  let isAll = false;
  let keys = 0;
  let probe: Probe | undefined;
  let sample: Sample | undefined;
  return {
    add({ objects, continuationToken }) {
      const texts = objects.map(({ key }) => key).filter((key, at, all) => key !== (all[at - 1] ?? last));
      isOrdered &&= texts.every((key, at) => comesAfter(key, texts[at - 1] ?? last));
      probe = probeIn(last === undefined ? texts : [last, ...texts]) ?? probe;
      sample ??= sampleIn(texts);
      keys += texts.length;
      last = texts.at(-1) ?? last;
      isAll ||= continuationToken === undefined;
    },
    get isOrdered() {
      return isOrdered;
    },
    get isAll() {
      return isAll;
    },
    get keys() {
      return keys;
    },
    get probe() {
      return probe;
    },
    get sample() {
      return sample;
    },
  };
}

function comesAfter(key: string, before: string | undefined): boolean {
  return before === undefined || compareBytes(before, key) < 0;
}

/** The last of a page, because it lies as deep as the first skip will. */
function probeIn(keys: readonly string[]): Probe | undefined {
  for (let at = keys.length - 1; at > 0; at -= 1) {
    const probe = probeBetween(keys[at - 1] ?? '', keys[at] ?? '');
    if (probe) return probe;
  }
  return undefined;
}

/** Before `/` in byte order, after it where names of folders are compared. */
const BESIDE = '-~';

/**
 * Between two neighbours of which the second is the first of its folder: `b/c` follows `b-~`, wherever `b-~` is not a
 * file.
 */
function probeBetween(before: string, key: string): Probe | undefined {
  const start = commonFolder(before, key);
  const end = key.indexOf('/', start);
  if (end < 0) return undefined;
  const startAfter = key.slice(0, end) + BESIDE;
  return comesAfter(startAfter, before) ? { startAfter, expected: key } : undefined;
}

const MIN_SAMPLE = 4;

/** The largest folder around the middle of a page that begins and ends on it; undefined where none is large enough. */
function sampleIn(keys: readonly string[]): Sample | undefined {
  const middle = keys[keys.length >> 1] ?? '';
  let sample: Sample | undefined;
  for (let end = middle.lastIndexOf('/'); end > 0; end = middle.lastIndexOf('/', end - 1)) {
    const prefix = middle.slice(0, end + 1);
    const inside = keys.filter((key) => key.startsWith(prefix));
    if (keys[0] === inside[0] || keys.at(-1) === inside.at(-1)) break;
    if (inside.length >= MIN_SAMPLE) sample = { prefix, keys: inside };
  }
  return sample;
}

/** Length of the common folders of two keys. */
function commonFolder(a: string, b: string): number {
  let end = 0;
  for (let at = 0; at < a.length && a[at] === b[at]; at += 1) if (a[at] === '/') end = at + 1;
  return end;
}
