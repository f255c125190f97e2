import type { StorageFault } from '../../api/fault.ts';
import { mapOrdered } from '../../async/map-ordered.ts';
import type { FingerprintItem, NameRange, RepositoryListing, WalkItem } from '../layout.ts';
import { combineListings, combineSummaries } from '../merge-layouts.ts';
import type { ObjectStorage } from '../object-storage.ts';
import type { CollectedFolder } from './folder-collector.ts';
import { collectFolders, type V1Deps } from './folder-scanner.ts';
import { inNameOrder } from './in-name-order.ts';
import { readFolder, summaryOf } from './read-tags.ts';

/** Repositories read ahead of the reader. */
const READ_AHEAD = 8;

/** Every repository of the range, those without a tag as well, for they may be private in another layout too. */
export async function* walkRange(deps: V1Deps, range: NameRange, signal: AbortSignal): AsyncGenerator<WalkItem> {
  const faults: StorageFault[] = [];
  const places = inNameOrder(collectFolders(deps, { range, faults }, signal));
  const read = (folders: readonly { collected: CollectedFolder }[]) =>
    readRepository(
      deps.storage,
      folders.map(({ collected }) => collected),
      signal,
    );
  for await (const listing of mapOrdered(places, READ_AHEAD, read)) {
    for (const fault of faults.splice(0)) yield { kind: 'fault', fault };
    yield { kind: 'repository', listing };
  }
  for (const fault of faults) yield { kind: 'fault', fault };
}

/** Every repository of the range by LISTs alone. */
export async function* scanRangeFingerprints(
  deps: V1Deps,
  range: NameRange,
  signal: AbortSignal,
): AsyncGenerator<FingerprintItem> {
  const faults: StorageFault[] = [];
  for await (const folders of inNameOrder(collectFolders(deps, { range, faults }, signal))) {
    for (const fault of faults.splice(0)) yield { kind: 'fault', fault };
    yield {
      kind: 'repository',
      listing: folders.map(({ collected }) => summaryOf(collected)).reduce(combineSummaries),
    };
  }
  for (const fault of faults) yield { kind: 'fault', fault };
}

/** One repository from all the folders that have its name; there is one at least. */
export async function readRepository(
  storage: ObjectStorage,
  folders: readonly CollectedFolder[],
  signal: AbortSignal,
): Promise<RepositoryListing> {
  const listings = await Promise.all(folders.map((folder) => readFolder(storage, folder, signal)));
  return listings.reduce(combineListings);
}
