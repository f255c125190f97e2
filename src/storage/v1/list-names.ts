import { jumpPages } from '../jump-pages.ts';
import { inNameOrder } from './in-name-order.ts';
import type { Folder, V1Keys } from './keys.ts';
import { isFolder, type V1Deps } from './seen-folders.ts';

/** Names in their order: a LIST for each thousand keys, and where one ends the rest of the repository is passed over. */
export async function* listNames(deps: V1Deps, signal: AbortSignal): AsyncGenerator<string> {
  for await (const [place] of inNameOrder(folders(deps, signal))) if (place) yield place.folder.name;
}

async function* folders({ storage, keys, now }: V1Deps, signal: AbortSignal): AsyncGenerator<{ folder: Folder }> {
  const jump = (key: string) => folderEnd(keys, key);
  const all = { prefix: keys.repositories, after: undefined, before: undefined };
  let newest: string | undefined;
  for await (const { objects } of jumpPages({ storage, now, ...all, jump }, signal))
    for (const { key } of objects) {
      const { folder } = keys.parse(key);
      if (folder && folder.path !== newest && isFolder(keys, folder)) yield { folder };
      newest = folder?.path ?? newest;
    }
}

function folderEnd(keys: V1Keys, key: string): string {
  const { folder } = keys.parse(key);
  return folder ? `${keys.repositories}${folder.path}~` : key;
}
