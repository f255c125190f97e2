import type { StorageFault } from '../../api/fault.ts';
import type { Met, NameRange } from '../layout.ts';
import { compareBytes, compareNames, isWithin } from '../listing/order.ts';
import type { PageHandOver } from '../listing/page-hand-over.ts';
import { plainPages } from '../listing/plain-pages.ts';
import { createSharedListing } from '../listing/shared-listing.ts';
import type { ObjectStorage } from '../object-storage.ts';
import { createFolderCollector, type FolderCollector, type SeenFolder } from './folder-collector.ts';
import { type Folder, isFolder, unexpectedKeyFault, type V1Keys } from './keys.ts';

export interface SeenPlace {
  readonly folder: Folder;
  readonly seen: SeenFolder;
}

/** A registry by one listing of everything, which is right in whatever order a store lists. */
export interface WholeRegistry {
  /** In the order of names; what is wrong outside of any repository first. */
  read(range: NameRange, signal: AbortSignal): AsyncGenerator<Met<SeenPlace>>;
  folders(signal: AbortSignal): AsyncGenerator<{ readonly folder: Folder }>;
}

export interface WholeOptions {
  readonly storage: ObjectStorage;
  readonly keys: V1Keys;
  readonly now: () => number;
  readonly handOver: PageHandOver;
  /** One folder by a listing of its own. */
  readonly list: (folder: Folder, signal: AbortSignal) => Promise<SeenFolder>;
}

/** Files kept of the listing, at some 300 bytes each. Folders that come when there are as many are listed again. */
const MAX_FILES = 150_000;
/** Of what is wrong outside of any repository so much is named. */
const MAX_FAULTS = 10_000;

interface Everything {
  /** In the order of names; without a collector where only the name is known. */
  readonly folders: readonly { readonly folder: Folder; readonly collector: FolderCollector | undefined }[];
  /** Each at the key where it was met. */
  readonly faults: readonly (readonly [key: string, fault: StorageFault])[];
}

export function createWholeRegistry(options: WholeOptions): WholeRegistry {
  const { keys, now, list } = options;
  const shared = createSharedListing({ load: (signal) => listEverything(options, signal), now });
  return {
    async *read(range, signal) {
      const { folders, faults } = await shared.take(`from ${range.from ?? ''}`, signal);
      for (const [key, fault] of faults) if (isKeyWithin(keys, key, range)) yield { kind: 'fault', fault };
      for (const { folder, collector } of folders) {
        if (!isWithin(folder.name, range)) continue;
        const seen = collector?.seen() ?? (await list(folder, signal));
        yield { kind: 'repository', listing: { folder, seen } };
      }
    },
    async *folders(signal) {
      yield* (await shared.take('names', signal)).folders;
    },
  };
}

async function listEverything(options: WholeOptions, signal: AbortSignal): Promise<Everything> {
  const { keys, handOver } = options;
  const folders = new Map<string, Everything['folders'][number]>();
  const faults = new Map<string, readonly [string, StorageFault]>();
  let files = 0;
  const first = handOver.take(undefined);
  for await (const { objects, sentAtMs } of plainPages({ ...options, prefix: keys.repositories, first }, signal))
    for (const object of objects) {
      const { key } = object;
      const meaning = keys.parse(key);
      const fault = unexpectedKeyFault(keys, meaning, object);
      if (fault && faults.size < MAX_FAULTS) faults.set(fault.key, [key, fault]);
      const { folder } = meaning;
      if (!folder || !isFolder(keys, folder)) continue;
      const isKept = files < MAX_FILES;
      const known = folders.get(folder.path) ?? {
        folder,
        collector: isKept ? createFolderCollector(folder.name, sentAtMs) : undefined,
      };
      folders.set(folder.path, known);
      known.collector?.add(meaning, object);
      if (known.collector) files += 1;
    }
  return {
    folders: [...folders.values()].toSorted((a, b) => compareNames(a.folder.name, b.folder.name)),
    faults: [...faults.values()].toSorted(([a], [b]) => compareBytes(a, b)),
  };
}

function isKeyWithin(keys: V1Keys, key: string, { from, to }: NameRange): boolean {
  const isBehind = from === undefined || compareBytes(key, keys.before(from)) > 0;
  return isBehind && (to === undefined || compareBytes(key, keys.before(to)) <= 0);
}
