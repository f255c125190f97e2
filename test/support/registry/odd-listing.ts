import { createHash } from 'node:crypto';
import { createRandom } from '../random.ts';
import { asEntities } from './list-answers.ts';
import type { MemoryObject } from './memory-storage.ts';

/** In what order keys are listed. */
export type KeyOrderName =
  | 'bytes'
  | 'components'
  | 'utf16'
  | 'ignoringCase'
  | 'foldersFirst'
  | 'reversed'
  | 'shuffled'
  /** Each page by bytes, and the pages as they come. */
  | 'shards';

/** What a listing makes of `start-after`: a cut in the order of the store or in that of bytes, or something else. */
export type StartAfter = 'cut' | 'byteCut' | 'inclusive' | 'ignored' | 'byEntry' | 'byPrefix';

/** How an S3 server differs from what AWS does; AWS where nothing is said. */
export interface S3Manner {
  readonly order?: KeyOrderName;
  readonly startAfter?: StartAfter;
  readonly pageSize?: number;
  /** `version1` knows no other and ignores what it does not know; `refusing` says so. */
  readonly version?: 'version1' | 'refusing';
  /** What follows a page: the same token always, three in turn, none at all, or tokens that mean nothing. */
  readonly tokens?: 'repeated' | 'cycling' | 'missing' | 'ignored';
  /** Pages without a key: one before every other, or nothing but these. */
  readonly emptyPages?: 'between' | 'only';
  readonly twice?: 'adjacent' | 'atBorders' | 'anywhere';
  /** Keys outside of the prefix: some on every page, or as if there were no prefix. */
  readonly foreign?: 'some' | 'all';
  readonly delimiter?: 'ignored' | 'slashOnly' | 'refused' | 'losing';
  readonly encoding?: 'none' | 'spacesAsPercent';
  readonly without?: readonly ('ETag' | 'LastModified')[];
  /** What an object that is not there is answered by. */
  readonly missing?: 'empty' | 'page' | 'otherCode';
  readonly objects?: ReadonlyMap<string, ObjectManner>;
}

/** What becomes of the GET of one object that is listed like all others. */
export type ObjectManner = 'forbidden' | 'failing' | 'refused' | 'brokenOff' | 'tooShort' | 'notThere' | 'vanishing';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Listing {
  readonly objects: ReadonlyMap<string, MemoryObject>;
  readonly manner: S3Manner;
  readonly query: URLSearchParams;
  /** Different in every request. */
  readonly number: number;
}

/** One line of a listing: a key, or a common prefix. */
interface Item {
  readonly text: string;
  readonly isPrefix: boolean;
}

interface Position {
  readonly startAfter: string | undefined;
  readonly at: number;
  /** The page before this one was empty. */
  readonly isFull?: boolean;
}

const MAX_KEYS = 1_000;

/** What a store of that manner answers to a ListObjectsV2, or to a ListObjects. */
export function listingAnswer(listing: Listing): Answer {
  const { manner, query } = listing;
  const isVersion1 = query.get('list-type') !== '2' || manner.version === 'version1';
  const delimiter = query.get('delimiter') ?? '';
  if (manner.version === 'refusing' && query.has('list-type')) return errorAnswer(501, 'NotImplemented');
  if (manner.delimiter === 'refused' && delimiter.length > 1) return errorAnswer(400, 'InvalidArgument');
  const position = positionOf(listing, isVersion1);
  const items = itemsBehind(listing, position.startAfter);
  const limit = Math.min(Number(query.get('max-keys') ?? MAX_KEYS), manner.pageSize ?? MAX_KEYS);
  if (manner.emptyPages === 'only' || (manner.emptyPages === 'between' && !position.isFull)) {
    const isMore = manner.emptyPages === 'only' || items.length > position.at;
    return pageAnswer(listing, { items: [], isVersion1, next: isMore ? { ...position, isFull: true } : undefined });
  }
  const overlap = manner.twice === 'atBorders' && position.at > 0 ? 1 : 0;
  const end = position.at + limit;
  const next = end < items.length ? { startAfter: position.startAfter, at: end } : undefined;
  return pageAnswer(listing, { items: items.slice(position.at - overlap, end), isVersion1, next });
}

export function errorAnswer(status: number, code: string): Answer {
  return { status, body: `<Error><Code>${code}</Code></Error>` };
}

function positionOf({ manner, query }: Listing, isVersion1: boolean): Position {
  const start = { startAfter: query.get(isVersion1 ? 'marker' : 'start-after') ?? undefined, at: 0 };
  const token = isVersion1 ? undefined : query.get('continuation-token');
  if (!token || manner.tokens === 'ignored' || manner.tokens === 'repeated') return start;
  return JSON.parse(Buffer.from(token, 'base64url').toString());
}

function itemsBehind(listing: Listing, startAfter: string | undefined): Item[] {
  const { manner, query } = listing;
  const prefix = query.get('prefix') ?? '';
  const sorted = keysInOrder(listing).filter((key) => manner.foreign === 'all' || key.startsWith(prefix));
  const all = doubled(sorted, manner);
  const behind = startAfter === undefined ? all : all.filter((key) => isBehind(key, startAfter, manner));
  const strange = (key: string, at: number) => (at % 3 === 0 ? [`!elsewhere/${at}`, key] : [key]);
  const told = manner.foreign === 'some' ? behind.flatMap(strange) : behind;
  return rolledUp(told, { manner, prefix, delimiter: query.get('delimiter') ?? '' });
}

const sortedKeys = new WeakMap<S3Manner, { readonly size: number; readonly keys: readonly string[] }>();

/** Sorted again only when keys came or went, for tests list often. */
function keysInOrder({ objects, manner }: Listing): readonly string[] {
  const known = sortedKeys.get(manner);
  if (known?.size === objects.size) return known.keys;
  const keys = inOrder([...objects.keys()], manner);
  sortedKeys.set(manner, { size: objects.size, keys });
  return keys;
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function compareComponents(a: string, b: string, compare = compareBytes): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const order = compare(left[at] ?? '', right[at] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Of two entries of one folder, that which is a folder comes first. */
function compareFoldersFirst(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const isFile = [left.length === at + 1, right.length === at + 1];
    if (left[at] === right[at]) continue;
    if (isFile[0] !== isFile[1]) return isFile[0] ? 1 : -1;
    return compareBytes(left[at] ?? '', right[at] ?? '');
  }
  return left.length - right.length;
}

function comparatorOf({ order = 'bytes' }: S3Manner): (a: string, b: string) => number {
  if (order === 'components') return compareComponents;
  if (order === 'foldersFirst') return compareFoldersFirst;
  if (order === 'reversed') return (a, b) => compareBytes(b, a);
  if (order === 'utf16') return (a, b) => (a < b ? -1 : Number(a > b));
  if (order === 'ignoringCase') return (a, b) => compareBytes(a.toLowerCase(), b.toLowerCase()) || compareBytes(a, b);
  return compareBytes;
}

const SHARDS = 3;

function inOrder(keys: readonly string[], manner: S3Manner): string[] {
  const sorted = keys.toSorted(comparatorOf(manner));
  if (manner.order === 'shuffled') return sorted.toSorted((a, b) => compareBytes(md5(a), md5(b)));
  if (manner.order !== 'shards') return sorted;
  return Array.from({ length: SHARDS }, (_, shard) =>
    sorted.filter((key) => md5(key).charCodeAt(0) % SHARDS === shard),
  ).flat();
}

function md5(text: string | Buffer): string {
  return createHash('md5').update(text).digest('hex');
}

function doubled(keys: readonly string[], { twice }: S3Manner): string[] {
  if (twice === 'adjacent') return keys.flatMap((key, at) => (at % 3 === 1 ? [key, key] : [key]));
  if (twice !== 'anywhere') return [...keys];
  const random = createRandom(keys.length);
  return keys.flatMap((key, at) => (at % 5 === 4 ? [key, keys[random.below(at)] ?? key] : [key]));
}

function isBehind(key: string, startAfter: string, manner: S3Manner): boolean {
  const compare = comparatorOf(manner);
  switch (manner.startAfter) {
    case 'ignored':
      return true;
    case 'inclusive':
      return compare(key, startAfter) >= 0;
    case 'byteCut':
      return compareBytes(key, startAfter) > 0;
    case 'byEntry':
      return compare(key, startAfter) > 0 && !key.startsWith(`${startAfter.replace(/\/$/, '')}/`);
    case 'byPrefix':
      return compare(key, startAfter) > 0 && !key.startsWith(startAfter);
    default:
      return compare(key, startAfter) > 0;
  }
}

interface RollUp {
  readonly manner: S3Manner;
  readonly prefix: string;
  readonly delimiter: string;
}

function rolledUp(keys: readonly string[], { manner, prefix, delimiter: asked }: RollUp): Item[] {
  const delimiter = manner.delimiter === 'slashOnly' && asked !== '' ? '/' : asked;
  if (delimiter === '' || (manner.delimiter === 'ignored' && delimiter.length > 1))
    return keys.map((text) => ({ text, isPrefix: false }));
  const items = new Map<string, Item>();
  for (const key of keys) {
    const at = key.indexOf(delimiter, prefix.length);
    const text = at < 0 ? key : key.slice(0, at + delimiter.length);
    items.set(text, { text, isPrefix: at >= 0 });
  }
  const all = [...items.values()];
  return manner.delimiter === 'losing' ? all.filter((_, at) => at % 4 !== 3) : all;
}

interface Page {
  readonly items: readonly Item[];
  readonly isVersion1: boolean;
  readonly next: Position | undefined;
}

function pageAnswer(listing: Listing, { items, isVersion1, next }: Page): Answer {
  const { objects, manner, query } = listing;
  const isEncoded = manner.encoding !== 'none' && query.get('encoding-type') === 'url';
  const key = (text: string) => asEntities(isEncoded ? encoded(text, manner) : text);
  const contents = items.filter(({ isPrefix }) => !isPrefix).map(({ text }) => contentsOf(text, objects, manner, key));
  const prefixes = items.filter(({ isPrefix }) => isPrefix);
  const xml = [
    '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    isVersion1 ? '<Marker/>' : `<KeyCount>${items.length}</KeyCount>`,
    isEncoded ? '<EncodingType>url</EncodingType>' : '',
    `<IsTruncated>${next !== undefined}</IsTruncated>`,
    isVersion1 || !next || manner.tokens === 'missing' ? '' : tokenElement(listing, next),
    ...contents,
    ...prefixes.map(({ text }) => `<CommonPrefixes><Prefix>${key(text)}</Prefix></CommonPrefixes>`),
    '</ListBucketResult>',
  ];
  return { status: 200, body: xml.join('') };
}

function encoded(text: string, { encoding }: S3Manner): string {
  const all = encodeURIComponent(text).replaceAll('%2F', '/');
  return encoding === 'spacesAsPercent' ? all : all.replaceAll('%20', '+');
}

function contentsOf(
  text: string,
  objects: ReadonlyMap<string, MemoryObject>,
  { without = [] }: S3Manner,
  key: (text: string) => string,
): string {
  const { body, lastModifiedMs } = objects.get(text) ?? { body: Buffer.alloc(0), lastModifiedMs: 1 };
  const time = new Date(lastModifiedMs).toISOString();
  return [
    `<Contents><Key>${key(text)}</Key>`,
    without.includes('LastModified') ? '' : `<LastModified>${time}</LastModified>`,
    without.includes('ETag') ? '' : `<ETag>&quot;${md5(body)}&quot;</ETag>`,
    `<Size>${body.length}</Size></Contents>`,
  ].join('');
}

const CYCLE = 3;

function tokenElement({ manner: { tokens, emptyPages }, number }: Listing, next: Position): string {
  const isNew = tokens === 'ignored' || emptyPages === 'only';
  const at = tokens === 'cycling' ? next.at % CYCLE : next.at;
  const position = tokens === 'repeated' ? 'again' : { ...next, at, ...(isNew ? { number } : {}) };
  return `<NextContinuationToken>${Buffer.from(JSON.stringify(position)).toString('base64url')}</NextContinuationToken>`;
}
