import type { ListPage, StorageObject } from '../object-storage.ts';
import { readXml, type XmlHandler } from './xml-elements.ts';

/** A page as the store answers it. */
export interface AnsweredPage extends ListPage {
  readonly isTruncated: boolean;
  /** The answer is of ListObjects, though ListObjectsV2 was requested. */
  readonly isVersion1: boolean;
  /** Where to continue by version 1. */
  readonly nextMarker: string | undefined;
}

/**
 * `incomplete` breaks off before its end, `foreign` is no answer of S3, `malformed` begins like one and is none;
 * `error` is an error that was sent as a success.
 */
export type ListAnswer =
  | { readonly kind: 'page'; readonly page: AnsweredPage }
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'incomplete' | 'foreign' | 'malformed' };

const LISTING = 'ListBucketResult';

/**
 * Reads the answer to a listing of either version. A walk reads a thousand keys at a time and little else, so this is
 * done by hand: parsers of all XML take several times the CPU (`npm run bench:list-answer`).
 */
export function parseListAnswer(xml: string): ListAnswer {
  const gatherer = createGatherer();
  const outcome = readXml(xml, gatherer);
  const { root, head, isSound } = gatherer.gathered();
  if (root === undefined) return { kind: isBeginning(xml) ? 'incomplete' : 'foreign' };
  if (root !== LISTING && root !== 'Error') return { kind: 'foreign' };
  if (outcome !== 'whole') return { kind: outcome };
  if (root === 'Error') return { kind: 'error', code: head.get('Code') ?? '' };
  return isSound ? { kind: 'page', page: pageOf(gatherer.gathered()) } : { kind: 'malformed' };
}

/** Whether it may be the beginning of a listing. */
function isBeginning(xml: string): boolean {
  const [declaration = ''] = /^\s*(<\?[^>]*(>\s*|$))?/.exec(xml) ?? [];
  return `<${LISTING}`.startsWith(xml.slice(declaration.length));
}

/** S3 gives a thousand keys at most; others may be set to give more. */
const MAX_ENTRIES = 10_000;
/**
 * S3's keys have 1,024 bytes, of which each takes three characters when encoded; tokens are as long as a store likes.
 */
const MAX_TEXT_LENGTH = 8 * 1_024;

/** What is wanted of an object; keys stay encoded, for the element that says whether they are may come last. */
interface Entry {
  Key?: string;
  Size?: string;
  ETag?: string;
  LastModified?: string;
}

const HEAD = [
  'Code',
  'EncodingType',
  'IsTruncated',
  'KeyCount',
  'Marker',
  'NextContinuationToken',
  'NextMarker',
] as const;
type HeadName = (typeof HEAD)[number];
const HEAD_NAMES: ReadonlySet<string> = new Set(HEAD);

interface Gathered {
  readonly root: string | undefined;
  /** What stands directly in the root. */
  readonly head: { get(name: HeadName): string | undefined; has(name: HeadName): boolean };
  readonly entries: readonly Entry[];
  readonly prefixes: readonly string[];
  /** Whether all of it is there once, and of a length and number that a store could mean. */
  readonly isSound: boolean;
}

function createGatherer(): XmlHandler & { gathered(): Gathered } {
  const head = new Map<string, string>();
  const entries: Entry[] = [];
  const prefixes: string[] = [];
  let root: string | undefined;
  let inside = '';
  let entry: Entry = {};
  let isSound = true;

  const closeInEntry = (name: string, text: string) => {
    if (name !== 'Key' && name !== 'Size' && name !== 'ETag' && name !== 'LastModified') return;
    if (entry[name] !== undefined || text.length > MAX_TEXT_LENGTH) isSound = false;
    entry[name] = text;
  };
  const closeInRoot = (name: string, text: string) => {
    if (name === 'Contents' && (entry.Key === undefined || entries.push(entry) > MAX_ENTRIES)) isSound = false;
    if (!HEAD_NAMES.has(name)) return;
    if (head.has(name) || text.length > MAX_TEXT_LENGTH) isSound = false;
    head.set(name, text.trim());
  };
  const closeInPrefixes = (name: string, text: string) => {
    if (name !== 'Prefix') return;
    if (prefixes.push(text) > MAX_ENTRIES || text.length > MAX_TEXT_LENGTH) isSound = false;
  };

  return {
    gathered: () => ({ root, head, entries, prefixes, isSound }),
    open(name, depth) {
      if (depth === 0) root = name;
      if (depth !== 1) return;
      inside = name;
      if (name === 'Contents') entry = {};
    },
    close(name, depth, text) {
      if (depth === 1) closeInRoot(name, text);
      if (depth !== 2) return;
      if (inside === 'Contents') closeInEntry(name, text);
      if (inside === 'CommonPrefixes') closeInPrefixes(name, text);
    },
  };
}

function pageOf({ head, entries, prefixes }: Gathered): AnsweredPage {
  const isEncoded = head.get('EncodingType')?.toLowerCase() === 'url';
  const decode = (key: string) => ownCopy(isEncoded ? decodeKey(key) : key);
  const objects = entries.map((entry) => objectOf(entry, decode));
  const commonPrefixes = prefixes.map(decode);
  const token = head.get('NextContinuationToken') || undefined;
  const marker = head.get('NextMarker') || undefined;
  const isTruncated = trueCondition(head.get('IsTruncated') ?? `${token !== undefined || marker !== undefined}`);
  return {
    objects,
    commonPrefixes,
    continuationToken: isTruncated ? token : undefined,
    isTruncated,
    isVersion1: token === undefined && !head.has('KeyCount') && head.has('Marker'),
    // Some encode it as they do keys, some do not, and to some it is no key at all.
    nextMarker: [objects.at(-1)?.key, commonPrefixes.at(-1)].find((key) => marker && key === decode(marker)) ?? marker,
  };
}

function trueCondition(text: string): boolean {
  return text.toLowerCase() === 'true' || text === '1';
}

function objectOf({ Key = '', Size, ETag, LastModified }: Entry, decode: (key: string) => string): StorageObject {
  return {
    key: decode(Key),
    size: wholeNumber(Size),
    etag: ETag?.trim().replace(/^"|"$/g, '') || undefined,
    lastModifiedMs: wholeNumber(Date.parse(LastModified ?? '')),
  };
}

/** 0 for what is none. */
function wholeNumber(text: string | number | undefined): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}

/** V8 cuts a text out by pointing into the whole, so one name that is kept would keep a listing of half a megabyte. */
function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}

/**
 * S3 writes a blank as `+`, as forms do; who writes it as `%20` leaves a `+` as it is. What cannot be decoded was not
 * encoded.
 */
function decodeKey(key: string): string {
  if (!/[%+]/.test(key)) return key;
  try {
    return decodeURIComponent(key.includes('%20') ? key : key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}
