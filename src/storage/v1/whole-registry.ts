import { createWholeRegistry, type WholeRegistry, type WholeRegistryOptions } from '../listing/whole-registry.ts';
import { type CollectedFolder, createFolderCollector, type FolderCollector } from './folder-collector.ts';
import { type Folder, isFolder, unexpectedKeyFault, type V1Keys } from './keys.ts';

export interface CollectedPlace {
  readonly folder: Folder;
  readonly collected: CollectedFolder;
}

export type WholeV1Registry = WholeRegistry<Folder, CollectedPlace>;

export interface WholeV1Options extends Omit<WholeRegistryOptions, 'maxKept'> {
  readonly keys: V1Keys;
  /** One folder by a listing of its own. */
  readonly list: (folder: Folder, signal: AbortSignal) => Promise<CollectedFolder>;
}

/** Files kept of the listing, at some 300 bytes each. */
const MAX_FILES = 150_000;

/** All repositories by one listing; a place is a folder, of which a repository may have two. */
export function createWholeV1Registry({ keys, list, ...options }: WholeV1Options): WholeV1Registry {
  return createWholeRegistry<Folder, FolderCollector, CollectedPlace>(
    { ...options, maxKept: MAX_FILES },
    {
      prefix: keys.repositories,
      read(object) {
        const meaning = keys.parse(object.key);
        const { folder } = meaning;
        return {
          place: folder && isFolder(keys, folder) ? folder : undefined,
          fault: unexpectedKeyFault(keys, meaning, object),
          counts: true,
          addTo: (collector) => {
            if (folder) collector.add(meaning, object);
          },
        };
      },
      idOf: ({ path }) => path,
      nameOf: ({ name }) => name,
      createCollector: ({ name }, listedAtMs) => createFolderCollector(name, listedAtMs),
      listingOf: (folder, collector) => ({ folder, collected: collector.collected() }),
      list: async (folder, signal) => ({ folder, collected: await list(folder, signal) }),
      boundOf: keys.before,
    },
  );
}
