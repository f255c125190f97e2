import { foreign, type StorageFault } from '../../api/fault.ts';
import { compareBytes } from '../byte-order.ts';
import { isRepositoryName } from '../grammar.ts';
import { jumpPages } from '../jump-pages.ts';
import type { NameRange } from '../layout.ts';
import { isWithin } from '../name-order.ts';
import type { ObjectStorage } from '../object-storage.ts';
import { createFolderCollector, type FolderCollector, type SeenFolder } from './folder-collector.ts';
import type { Folder, KeyMeaning, V1Keys } from './keys.ts';

export interface V1Deps {
  readonly storage: ObjectStorage;
  readonly keys: V1Keys;
  readonly now: () => number;
}

export interface SeenPlace {
  readonly folder: Folder;
  readonly seen: SeenFolder;
}

export interface SeenRange {
  readonly range: NameRange;
  /** What lies outside of any repository is added here as it is met. */
  readonly faults: StorageFault[];
}

interface OpenFolder {
  readonly folder: Folder;
  /** Undefined where the folder is no repository's: its bad name is told once, and its keys are passed over. */
  readonly collector: FolderCollector | undefined;
}

/** One flat listing of the range, folder by folder in the order of keys: a LIST for each thousand of them. */
export async function* seenFolders(
  deps: V1Deps,
  { range, faults }: SeenRange,
  signal: AbortSignal,
): AsyncGenerator<SeenPlace> {
  const { keys } = deps;
  let open: OpenFolder | undefined;
  for await (const { objects, sentAtMs } of jumpPages({ ...deps, ...keyRange(keys, range), jump: stay }, signal)) {
    for (const object of objects) {
      const meaning = keys.parse(object.key);
      if (meaning.kind === 'marker') continue;
      if (!meaning.folder || meaning.folder.path !== open?.folder.path) {
        if (open) yield* closed(open, range);
        open = meaning.folder && enter(keys, meaning.folder, sentAtMs);
        const fault = faultOf(open, meaning, object.key);
        if (fault && isBefore(keys, object.key, range)) faults.push(fault);
      }
      if (meaning.folder) open?.collector?.add(meaning, object);
    }
  }
  if (open) yield* closed(open, range);
}

/** Every key counts: there is nothing in a repository of this layout that a walk could jump over. */
const stay = (key: string) => key;

function keyRange(keys: V1Keys, { from, to }: NameRange) {
  return {
    prefix: keys.repositories,
    after: from === undefined ? undefined : keys.before(from),
    before: to === undefined ? undefined : keys.behind(to),
  };
}

/** The page that first shows a folder dates its listing. */
function enter(keys: V1Keys, folder: Folder, sentAtMs: number): OpenFolder {
  const collector = isFolder(keys, folder) ? createFolderCollector(folder.name, sentAtMs) : undefined;
  return { folder, collector };
}

/** Whether it is where a registry would look for a repository of that name. */
export function isFolder(keys: V1Keys, { name, path }: Folder): boolean {
  return isRepositoryName(name) && keys.folders(name).includes(`${keys.repositories}${path}`);
}

function faultOf(open: OpenFolder | undefined, meaning: KeyMeaning, key: string): StorageFault | undefined {
  if (!meaning.folder) return foreign(key);
  if (open?.collector) return undefined;
  return { kind: 'InvalidName', key: meaning.folder.path, reason: 'the name of the repository is outside the grammar' };
}

/** What has no good name belongs to one range by its key, though the listings of two may show it. */
function isBefore(keys: V1Keys, key: string, { to }: NameRange): boolean {
  return to === undefined || compareBytes(key, keys.before(to)) <= 0;
}

function* closed({ folder, collector }: OpenFolder, range: NameRange): Generator<SeenPlace> {
  if (collector && isWithin(folder.name, range)) yield { folder, seen: collector.seen() };
}
