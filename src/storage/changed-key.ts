import type { LayoutName } from '../api/settings.ts';
import { isRepositoryName, isTagName } from './grammar.ts';
import { DEFAULT_V1_ROOTS } from './open.ts';
import { createV1Keys, isFolder } from './v1/keys.ts';
import { createV2Keys } from './v2/keys.ts';

/** The repository that an object belongs to. */
export interface ChangedKey {
  readonly name: string;
  /** Undefined where any tag of the repository may have changed. */
  readonly tag: string | undefined;
}

type KeyReader = (key: string) => ChangedKey | undefined;

export interface KeyPlace {
  /** Without slashes at its ends. */
  readonly rootDirectory: string;
  readonly layout: LayoutName;
}

/**
 * Reads which repository a changed object may have changed: a tag's current link in V2; in V1 any file of a repository's
 * own folder, of which a push writes the time of a tag and the list of images after the tag itself. Undefined for every
 * other key, of which a push writes two dozen.
 */
export function createKeyReader({ rootDirectory, layout }: KeyPlace): KeyReader {
  const v1Roots = rootDirectory === '' ? DEFAULT_V1_ROOTS : [rootDirectory];
  const readers = [
    ...(layout === 'V1' ? [] : [v2Reader(rootDirectory)]),
    ...(layout === 'V2' ? [] : v1Roots.map(v1Reader)),
  ];
  return (key) =>
    readers
      .values()
      .map((read) => read(key))
      .find((changed) => changed !== undefined);
}

function v2Reader(rootDirectory: string): KeyReader {
  const keys = createV2Keys(rootDirectory);
  return (key) => {
    const meaning = key.startsWith(keys.repositories) ? keys.parse(key) : undefined;
    if (meaning?.kind !== 'current' || !isRepositoryName(meaning.name) || !isTagName(meaning.tag)) return undefined;
    return { name: meaning.name, tag: meaning.tag };
  };
}

function v1Reader(root: string): KeyReader {
  const keys = createV1Keys(root);
  return (key) => {
    const meaning = key.startsWith(keys.repositories) ? keys.parse(key) : undefined;
    if (!meaning?.folder || meaning.kind === 'unexpected') return undefined;
    return isFolder(keys, meaning.folder) ? { name: meaning.folder.name, tag: undefined } : undefined;
  };
}
