import type { LayoutName } from '../api/settings.ts';
import { isTagName } from '../oci/tag-name.ts';
import { isRepositoryName } from './grammar.ts';
import type { Layout } from './layout.ts';
import type { ObjectStorage } from './object-storage.ts';
import { createV1Keys, isFolder } from './v1/keys.ts';
import { createV1Layout } from './v1/layout.ts';
import { createV2Keys } from './v2/keys.ts';
import { createV2Layout } from './v2/layout.ts';

/** Where in a store a registry is said to be. */
export interface RegistryPlace {
  /** Without slashes at its ends. */
  readonly rootDirectory: string;
  readonly layout: LayoutName;
}

/** The repository that an object belongs to. */
export interface ChangedKey {
  readonly name: string;
  /** Undefined where any tag of the repository may have changed. */
  readonly tag: string | undefined;
}

/** A registry of one layout at one folder, whether or not it is there. */
export interface PossibleRegistry {
  /** What every key of a repository begins with. */
  readonly repositories: string;
  /** The prefixes of all keys that are read, to which rights on the bucket are limited. */
  readonly prefixes: readonly string[];
  /** What every key ends with that changes with a tag; empty where any key may. */
  readonly changedSuffix: string;
  /** Which repository a changed object may have changed; `key` begins with `repositories`. */
  changed(key: string): ChangedKey | undefined;
  open(deps: { readonly storage: ObjectStorage; readonly now: () => number }): Layout;
}

type Registries = readonly [PossibleRegistry, ...PossibleRegistry[]];

/** Every registry that may be at a place; where a store holds several, the earlier one wins. */
export function registriesAt({ rootDirectory, layout }: RegistryPlace): Registries {
  return LAYOUTS[layout](rootDirectory);
}

/** What each value of `layout` may mean. */
const LAYOUTS: Readonly<Record<LayoutName, (rootDirectory: string) => Registries>> = {
  V2: (rootDirectory) => [v2At(rootDirectory)],
  V1: v1Below,
  Auto: (rootDirectory) => [v2At(rootDirectory), ...v1Below(rootDirectory)],
};

/** docker-registry's own default; a registry that was given `/` as its path has the whole bucket. */
function v1Below(rootDirectory: string): Registries {
  return rootDirectory === '' ? [v1At('registry'), v1At('')] : [v1At(rootDirectory)];
}

function v2At(rootDirectory: string): PossibleRegistry {
  const keys = createV2Keys(rootDirectory);
  return {
    repositories: keys.repositories,
    prefixes: [keys.root],
    changedSuffix: '/current/link',
    changed(key) {
      const meaning = keys.parse(key);
      if (meaning.kind !== 'current' || !isRepositoryName(meaning.name) || !isTagName(meaning.tag)) return undefined;
      return { name: meaning.name, tag: meaning.tag };
    },
    open: (deps) => createV2Layout({ ...deps, rootDirectory }),
  };
}

function v1At(root: string): PossibleRegistry {
  const keys = createV1Keys(root);
  return {
    repositories: keys.repositories,
    prefixes: [keys.repositories, keys.images],
    changedSuffix: '',
    changed(key) {
      const { kind, folder } = keys.parse(key);
      if (!folder || kind === 'unexpected') return undefined;
      return isFolder(keys, folder) ? { name: folder.name, tag: undefined } : undefined;
    },
    open: (deps) => createV1Layout({ ...deps, root }),
  };
}
