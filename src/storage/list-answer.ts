import type { ListPage, StorageObject } from './object-storage.ts';

/** `incomplete` breaks off before its end, `foreign` is no listing at all. */
export type ListAnswer =
  | { readonly kind: 'page'; readonly page: ListPage }
  | { readonly kind: 'incomplete' | 'foreign' };

const ROOT = '<ListBucketResult';

/**
 * Reads the answer to a ListObjectsV2. S3's listings are flat, machine-made XML, of which a walk reads a thousand keys
 * at a time: looking for what is wanted takes a quarter of the CPU of parsing it all.
 */
export function parseListAnswer(xml: string): ListAnswer {
  if (!xml.includes(ROOT)) return { kind: isBeginning(xml) ? 'incomplete' : 'foreign' };
  if (!xml.trimEnd().endsWith('</ListBucketResult>')) return { kind: 'incomplete' };
  const head = xml.replace(/<(Contents|CommonPrefixes)>.*?<\/\1>/gs, '');
  const isEncoded = textOf(head, 'EncodingType') === 'url';
  const decode = (key: string) => ownCopy(isEncoded ? decodeKey(key) : key);
  const objects = elementsOf(xml, 'Contents').map((entry) => objectOf(entry, decode));
  const commonPrefixes = elementsOf(xml, 'CommonPrefixes').map((entry) => decode(textOf(entry, 'Prefix') ?? ''));
  const continuationToken = tokenOf(head);
  // More is said to come, and not a word of where: to ask for that would be to ask the same for ever.
  if (continuationToken === '' && objects.length + commonPrefixes.length === 0) return { kind: 'incomplete' };
  return { kind: 'page', page: { objects, commonPrefixes, continuationToken } };
}

/** A store that forgets the token is not taken to be at its end: the walk goes on after the last key. */
function tokenOf(head: string): string | undefined {
  return textOf(head, 'IsTruncated') === 'true' ? (textOf(head, 'NextContinuationToken') ?? '') : undefined;
}

/** Whether it may have become a listing, had it not been cut off so early. */
function isBeginning(xml: string): boolean {
  const [declaration = ''] = /^\s*(<\?[^>]*(>\s*|$))?/.exec(xml) ?? [];
  return ROOT.startsWith(xml.slice(declaration.length));
}

function objectOf(entry: string, decode: (key: string) => string): StorageObject {
  const modified = Date.parse(textOf(entry, 'LastModified') ?? '');
  return {
    key: decode(textOf(entry, 'Key') ?? ''),
    size: Number(textOf(entry, 'Size') ?? 0),
    etag: textOf(entry, 'ETag')?.replace(/^"|"$/g, ''),
    lastModifiedMs: Number.isNaN(modified) ? 0 : modified,
  };
}

/** What stands between the tags of each element of that name; such elements are never inside each other. */
function elementsOf(xml: string, name: string): string[] {
  const found: string[] = [];
  const [open, close] = [`<${name}>`, `</${name}>`];
  for (let at = xml.indexOf(open); at >= 0; ) {
    const end = xml.indexOf(close, at);
    found.push(xml.slice(at + open.length, end));
    at = xml.indexOf(open, end);
  }
  return found;
}

function textOf(xml: string, name: string): string | undefined {
  const open = `<${name}>`;
  const at = xml.indexOf(open);
  if (at < 0) return undefined;
  return unescaped(xml.slice(at + open.length, xml.indexOf('</', at)));
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}

/** V8 cuts a text out by pointing into the whole, so one name that is kept would keep a listing of half a megabyte. */
function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}

/** S3 writes a blank as `+`, as forms do. What cannot be decoded was not encoded. */
function decodeKey(key: string): string {
  if (!/[%+]/.test(key)) return key;
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}
