import { createHash } from 'node:crypto';
import type { StorageObject } from '../../../src/storage/object-storage.ts';
import type { Random } from '../random.ts';

/** A page of a listing, as an answer of S3 is to say it. */
export interface AnsweredListing {
  readonly objects: readonly StorageObject[];
  readonly commonPrefixes: readonly string[];
  readonly continuationToken: string | undefined;
}

const PLACE = 'docker/registry/v2/repositories/';

/** As many keys as a registry might have, after each other. */
export function listingOf(count: number): AnsweredListing {
  const objects = Array.from({ length: count }, (_, at) => {
    const hex = createHash('sha256').update(`${at}`).digest('hex');
    const key = `${PLACE}team${at % 7}/app${at}/_manifests/revisions/sha256/${hex}/link`;
    return { key, size: 71, etag: hex.slice(0, 32), lastModifiedMs: Date.UTC(2026, 0, 1) + at * 1_000 };
  });
  return { objects, commonPrefixes: [`${PLACE}team/_`], continuationToken: 'next' };
}

/** How an answer is dressed: all of it says the same. */
export interface Dress {
  readonly prefix?: string;
  readonly blank?: string;
  readonly attributes?: string;
  readonly isEncoded?: boolean;
  /** Escapes a text. */
  readonly text?: (text: string) => string;
  /** What tells of the whole stands behind the keys. */
  readonly headLast?: boolean;
}

export function listAnswer(listing: AnsweredListing, dress: Dress = {}): string {
  const { prefix = '', blank = '', attributes = '', isEncoded = true, text = asEntities, headLast = false } = dress;
  const element = (name: string, inside: string) =>
    `${blank}<${prefix}${name}${attributes}>${inside}</${prefix}${name}>${blank}`;
  const key = (value: string) => text(isEncoded ? encodeURIComponent(value).replaceAll('%2F', '/') : value);
  const contents = listing.objects.map((object) =>
    element(
      'Contents',
      element('Key', key(object.key)) +
        element('LastModified', new Date(object.lastModifiedMs).toISOString()) +
        (object.etag === undefined ? '' : element('ETag', text(`"${object.etag}"`))) +
        element('Size', `${object.size}`) +
        element('Owner', element('ID', 'somebody')) +
        element('StorageClass', 'STANDARD'),
    ),
  );
  const prefixes = listing.commonPrefixes.map((value) => element('CommonPrefixes', element('Prefix', key(value))));
  const { continuationToken: token } = listing;
  const head =
    element('Name', 'registry') +
    element('KeyCount', `${contents.length + prefixes.length}`) +
    (isEncoded ? element('EncodingType', 'url') : '') +
    element('IsTruncated', `${token !== undefined}`) +
    (token === undefined ? '' : element('NextContinuationToken', text(token)));
  const body = [...contents, ...prefixes].join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('ListBucketResult', headLast ? body + head : head + body)}`;
}

export function asEntities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

const PIECES = [
  '<',
  '>',
  '/',
  '&',
  ';',
  '"',
  "'",
  '</',
  '/>',
  '<Key>',
  '</Key>',
  '<Contents>',
  '</Contents>',
  '<Contents/>',
  '<CommonPrefixes>',
  '<Prefix>',
  '</ListBucketResult>',
  '<ListBucketResult>',
  '<IsTruncated>true</IsTruncated>',
  '<NextContinuationToken/>',
  '<EncodingType>url</EncodingType>',
  '<Error><Code>SlowDown</Code></Error>',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<?',
  '?>',
  '<!DOCTYPE x [<!ENTITY a "&a;&a;">]>',
  '&#x110000;',
  '&#xD800;',
  '&#0;',
  '&#99999999999999999999;',
  '&lt;',
  '&constructor;',
  '&a;',
  '%',
  '%ff',
  '%zz',
  '+',
  '\u0000',
  '\ufeff',
  '\ufffd',
  ' a="b"',
  " a='>'",
] as const;

/** The same text with up to eight changes: pieces cut out, doubled, moved in from elsewhere, or cut off. */
export function mutated(text: string, random: Random): string {
  let changed = text;
  for (let left = 1 + random.below(8); left > 0; left -= 1) changed = mutatedOnce(changed, random);
  return changed;
}

function mutatedOnce(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const to = Math.min(text.length, at + random.below(64));
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at) + text.slice(to);
    case 1:
      return text.slice(0, to) + text.slice(at);
    case 2:
      return text.slice(0, at);
    case 3: {
      const from = random.below(text.length + 1);
      return text.slice(0, at) + text.slice(from, from + random.below(128)) + text.slice(at);
    }
    case 4:
      return text.slice(0, at) + String.fromCharCode(random.below(0x80)) + text.slice(at + 1);
    default:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
  }
}
