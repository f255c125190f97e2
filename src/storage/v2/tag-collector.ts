import { createHash } from 'node:crypto';
import { foreign, invalidName, type StorageFault } from '../../api/fault.ts';
import type { Digest } from '../../oci/manifest-facts.ts';
import { isTagName } from '../../oci/tag-name.ts';
import { compareBytes } from '../listing/byte-order.ts';
import type { StorageObject } from '../object-storage.ts';
import { type KeyMeaning, leadsToTags } from './keys.ts';

/** A tag as the listing shows it; its digest is undefined until an ETag shows it. */
export interface CollectedTag {
  readonly name: string;
  readonly link: StorageObject;
  readonly digest: Digest | undefined;
}

/** What the keys of one repository say. */
export interface CollectedRepository {
  readonly name: string;
  readonly listedAtMs: number;
  /** In the order of their keys, whatever order these came in. */
  readonly tags: readonly CollectedTag[];
  readonly faults: readonly StorageFault[];
}

/** Gathers what the keys of one repository say, in any order and however often; nothing is read here. */
export interface TagCollector {
  readonly name: string;
  add(meaning: KeyMeaning, object: StorageObject): void;
  /** Whether nothing new could follow from more of the tag's history. */
  settled(tag: string): boolean;
  collected(): CollectedRepository;
}

/** What a tag pointed to once, met before what it points to. */
interface Past {
  readonly key: string;
  readonly digests: Digest[];
}

/** So many past digests of a tag are kept until its link comes; then it is read, if none of them is the one. */
const MAX_PAST = 100;

export function createTagCollector(name: string, listedAtMs: number): TagCollector {
  const tags = new Map<string, CollectedTag>();
  const past = new Map<string, Past>();
  const faults = new Map<string, StorageFault>();

  const addTag = (tag: string, link: StorageObject) => {
    if (!isTagName(tag)) {
      faults.set(tag, invalidName('tag', link.key));
      past.delete(tag);
      return;
    }
    const known = tags.get(tag);
    // The same link again, perhaps written since.
    if (known && (known.link.lastModifiedMs > link.lastModifiedMs || known.link.etag === link.etag)) return;
    const digest = past.get(tag)?.digests.find((each) => etagOfLink(each) === link.etag);
    tags.set(tag, { name: tag, link, digest });
    past.delete(tag);
  };
  const addPast = (tag: string, digest: Digest, { key }: StorageObject) => {
    const known = tags.get(tag);
    if (known && !known.digest && known.link.etag === etagOfLink(digest)) tags.set(tag, { ...known, digest });
    if (known || faults.has(tag)) return;
    const { digests } = past.get(tag) ?? { key, digests: [] };
    if (digests.length === 0) past.set(tag, { key, digests });
    if (digests.length < MAX_PAST) digests.push(digest);
  };
  const addLink = (meaning: KeyMeaning, link: StorageObject) => {
    if (meaning.kind !== 'ignored' || leadsToTags(meaning.path)) faults.set(link.key, foreign(link));
  };

  return {
    name,
    add(meaning, object) {
      if (object.isLink) return addLink(meaning, object);
      if (meaning.kind === 'current') addTag(meaning.tag, object);
      if (meaning.kind === 'history') addPast(meaning.tag, meaning.digest, object);
      if (meaning.kind === 'unexpected') faults.set(object.key, foreign(object));
    },
    settled(tag) {
      const known = tags.get(tag);
      return !known || known.digest !== undefined || !isMd5(known.link.etag);
    },
    collected: () => ({
      name,
      listedAtMs,
      tags: inOrder([...tags.values()], ({ link }) => link.key),
      faults: inOrder([...faults.values(), ...[...past.values()].map(leftover)], ({ key }) => key),
    }),
  };
}

/** Past digests of a tag that points to nothing: it was not deleted wholly, or not pushed wholly. */
function leftover({ key }: Past): StorageFault {
  return { kind: 'Leftover', key, reason: 'the tag has no current link' };
}

function inOrder<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return items.toSorted((a, b) => compareBytes(keyOf(a), keyOf(b)));
}

/** The ETag that S3 gives to a link written by one plain PutObject: the MD5 of its text. Others match no candidate. */
function etagOfLink(digest: Digest): string {
  return createHash('md5').update(digest).digest('hex');
}

function isMd5(etag: string | undefined): boolean {
  return etag !== undefined && /^[0-9a-f]{32}$/.test(etag);
}
