import { createHash } from 'node:crypto';
import { foreign, invalidName, type StorageFault } from '../../api/fault.ts';
import { isTagName } from '../../oci/tag-name.ts';
import { compareBytes } from '../listing/byte-order.ts';
import type { StorageObject } from '../object-storage.ts';
import type { KeyMeaning } from './keys.ts';

/** A tag as the listing shows it. */
export interface CollectedTag {
  readonly name: string;
  /** Holds the id of its image. */
  readonly link: StorageObject;
  /** Says when it was pushed. */
  readonly json: StorageObject | undefined;
}

/** What the keys of one folder say, once all of them were added. */
export interface CollectedFolder {
  readonly name: string;
  readonly listedAtMs: number;
  readonly isPrivate: boolean;
  readonly tags: readonly CollectedTag[];
  readonly faults: readonly StorageFault[];
  /** Changes with every push of a tag, and when the repository becomes private or public. */
  readonly fingerprint: string;
}

export interface FolderCollector {
  add(meaning: KeyMeaning, object: StorageObject): void;
  collected(): CollectedFolder;
}

/** Gathers the keys of one folder, in any order and however often; nothing is read here. */
export function createFolderCollector(name: string, listedAtMs: number): FolderCollector {
  const links = new Map<string, StorageObject>();
  const jsons = new Map<string, StorageObject>();
  const faults = new Map<string, StorageFault>();
  let isPrivate = false;

  const addTag = (tag: string, link: StorageObject) => {
    if (isJsonOfAnother(tag, link)) return;
    if (isTagName(tag)) links.set(tag, link);
    else faults.set(link.key, invalidName('tag', link.key));
  };

  return {
    add(meaning, object) {
      if (object.isLink) return void faults.set(object.key, foreign(object));
      if (meaning.kind === 'tag') addTag(meaning.tag, object);
      if (meaning.kind === 'tagJson') jsons.set(meaning.tag, object);
      if (meaning.kind === 'private') isPrivate = true;
      if (meaning.kind === 'unexpected') faults.set(object.key, foreign(object));
    },
    collected() {
      const sorted = [...links].toSorted(([, a], [, b]) => compareBytes(a.key, b.key));
      const tags = sorted.map(([tag, link]) => ({ name: tag, link, json: jsons.get(tag) }));
      const sortedFaults = [...faults.values()].toSorted((a, b) => compareBytes(a.key, b.key));
      return { name, listedAtMs, isPrivate, tags, faults: sortedFaults, fingerprint: fingerprintOf(tags, isPrivate) };
    },
  };
}

const ID_LENGTH = 64;

/** What describes the tag `_x` is called as the tag `x_json` would be, but is longer than the id of an image. */
function isJsonOfAnother(tag: string, { size }: StorageObject): boolean {
  return tag.endsWith('_json') && size !== ID_LENGTH;
}

function fingerprintOf(tags: readonly CollectedTag[], isPrivate: boolean): string {
  const hash = createHash('sha256').update(`${isPrivate}\n`);
  for (const { name, link, json } of tags) hash.update(`${name} ${versionOf(link)} ${versionOf(json)}\n`);
  return hash.digest('base64url').slice(0, 22);
}

function versionOf(object: StorageObject | undefined): string {
  return object ? `${object.etag} ${object.lastModifiedMs}` : '-';
}
