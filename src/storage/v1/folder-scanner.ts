import type { StorageFault } from '../../api/fault.ts';
import type { NameRange, WalkItem } from '../layout.ts';
import { compareBytes, isWithin } from '../listing/byte-order.ts';
import { orderedOrWhole } from '../listing/ordered-or-whole.ts';
import { skipScan } from '../listing/skip-scan.ts';
import type { WalkDeps } from '../walk-deps.ts';
import { createFolderCollector, type FolderCollector } from './folder-collector.ts';
import { type Folder, isFolder, unexpectedKeyFault, type V1Keys } from './keys.ts';
import type { CollectedPlace, WholeV1Registry } from './whole-registry.ts';

export interface V1Deps extends WalkDeps<V1Keys> {
  /** For stores whose order cannot be relied upon. */
  readonly whole: WholeV1Registry;
}

export interface RangeToCollect {
  readonly range: NameRange;
  /** What lies outside of any repository is added here as it is met. */
  readonly faults: StorageFault[];
}

interface OpenFolder {
  readonly folder: Folder;
  /** Undefined where the folder is no repository's: its invalid name is reported once, and its keys are ignored. */
  readonly collector: FolderCollector | undefined;
}

/** The folders of the range: in the order of keys where the store gives that, else out of a listing of everything. */
export async function* collectFolders(
  deps: V1Deps,
  { range, faults }: RangeToCollect,
  signal: AbortSignal,
): AsyncGenerator<CollectedPlace> {
  const { order, keys, whole } = deps;
  const ways = {
    order,
    range,
    prefix: keys.repositories,
    ordered: () => streamRange(deps, range, signal),
    whole: () => whole.read(range, signal),
    versionOf: ({ folder, collected }: CollectedPlace) =>
      `${folder.path} ${collected.tags.length} ${collected.isPrivate}`,
  };
  for await (const item of orderedOrWhole(ways, signal)) {
    if (item.kind === 'fault') faults.push(item.fault);
    else yield item.listing;
  }
}

/** One flat listing of the range, folder by folder in the order of keys: a LIST for each thousand of them. */
async function* streamRange(
  deps: V1Deps,
  range: NameRange,
  signal: AbortSignal,
): AsyncGenerator<WalkItem<CollectedPlace>> {
  const { keys } = deps;
  let open: OpenFolder | undefined;
  for await (const { objects, sentAtMs } of skipScan({ ...deps, ...keyRange(keys, range), skip: stay }, signal)) {
    for (const object of objects) {
      const meaning = keys.parse(object.key);
      if (meaning.kind === 'marker') continue;
      if (!meaning.folder || meaning.folder.path !== open?.folder.path) {
        if (open) yield* closed(open, range);
        open = meaning.folder && enter(keys, meaning.folder, sentAtMs);
        const fault = unexpectedKeyFault(keys, meaning, object);
        if (fault && isBefore(keys, object.key, range)) yield { kind: 'fault', fault };
      }
      if (meaning.folder) open?.collector?.add(meaning, object);
    }
  }
  if (open) yield* closed(open, range);
}

/** Every key counts: there is nothing in a repository of this layout that a walk could jump over. */
const stay = () => undefined;

function keyRange(keys: V1Keys, { from, to }: NameRange) {
  return {
    prefix: keys.repositories,
    after: from === undefined ? undefined : keys.before(from),
    before: to === undefined ? undefined : keys.after(to),
  };
}

/** The page that first shows a folder dates its listing. */
function enter(keys: V1Keys, folder: Folder, sentAtMs: number): OpenFolder {
  const collector = isFolder(keys, folder) ? createFolderCollector(folder.name, sentAtMs) : undefined;
  return { folder, collector };
}

/** What has no good name belongs to one range by its key, though the listings of two may show it. */
function isBefore(keys: V1Keys, key: string, { to }: NameRange): boolean {
  return to === undefined || compareBytes(key, keys.before(to)) <= 0;
}

function* closed({ folder, collector }: OpenFolder, range: NameRange): Generator<WalkItem<CollectedPlace>> {
  if (collector && isWithin(folder.name, range))
    yield { kind: 'repository', listing: { folder, collected: collector.collected() } };
}
