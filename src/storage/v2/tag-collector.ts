import { createHash } from 'node:crypto';
import { foreign, type StorageFault } from '../../api/fault.ts';
import { isTagName } from '../grammar.ts';
import type { Digest } from '../layout.ts';
import type { StorageObject } from '../object-storage.ts';
import type { KeyMeaning } from './keys.ts';

/** A tag as the listing shows it; its digest is undefined until an ETag told it. */
export interface SeenTag {
  readonly name: string;
  readonly link: StorageObject;
  readonly digest: Digest | undefined;
}

/** Gathers what the keys of one repository say, given in byte order; nothing is read here. */
export interface TagCollector {
  readonly name: string;
  readonly listedAtMs: number;
  readonly tags: readonly SeenTag[];
  readonly faults: readonly StorageFault[];
  add(meaning: KeyMeaning, object: StorageObject): void;
  /** Whether more of the tag's history could tell nothing new. */
  settled(tag: string): boolean;
}

export function createTagCollector(name: string, listedAtMs: number): TagCollector {
  const tags: SeenTag[] = [];
  const faults: StorageFault[] = [];

  let passedOver: string | undefined;

  const addTag = (tag: string, link: StorageObject) => {
    if (isTagName(tag)) return void tags.push({ name: tag, link, digest: undefined });
    passedOver = tag;
    faults.push({ kind: 'InvalidName', key: link.key, reason: 'the name of the tag is outside the grammar' });
  };
  const addCandidate = (tag: string, digest: Digest, { key }: StorageObject) => {
    const newest = tags.at(-1);
    if (newest?.name !== tag) return passOver(tag, key);
    if (newest.digest || newest.link.etag !== etagOfLink(digest)) return;
    tags[tags.length - 1] = { ...newest, digest };
  };

  /** Past digests of a tag that points to nothing: it was not deleted wholly, or not pushed wholly. Told once. */
  const passOver = (tag: string, key: string) => {
    if (tag !== passedOver) faults.push({ kind: 'Leftover', key, reason: 'the tag has no current link' });
    passedOver = tag;
  };

  return {
    name,
    listedAtMs,
    tags,
    faults,
    add(meaning, object) {
      if (meaning.kind === 'current') addTag(meaning.tag, object);
      if (meaning.kind === 'history') addCandidate(meaning.tag, meaning.digest, object);
      if (meaning.kind === 'stray') faults.push(foreign(object.key));
    },
    settled(tag) {
      const newest = tags.at(-1);
      return newest?.name !== tag || newest.digest !== undefined || !isMd5(newest.link.etag);
    },
  };
}

/** The ETag that S3 gives to a link written by one plain PutObject: the MD5 of its text. Others match no candidate. */
function etagOfLink(digest: Digest): string {
  return createHash('md5').update(digest).digest('hex');
}

function isMd5(etag: string | undefined): boolean {
  return etag !== undefined && /^[0-9a-f]{32}$/.test(etag);
}
