import { namesUnordered, OutOfOrder } from '../listing/byte-order.ts';
import { skipScan } from '../listing/skip-scan.ts';
import type { V1Deps } from './folder-scanner.ts';
import { inNameOrder } from './in-name-order.ts';
import { type Folder, isFolder } from './keys.ts';

interface Place {
  readonly folder: Folder;
}

/**
 * Names in their order: a LIST for each thousand keys, and where one ends the rest of the repository is passed over.
 */
export async function* listNames(deps: V1Deps, signal: AbortSignal): AsyncGenerator<string> {
  for await (const [place] of inNameOrder(folders(deps, signal))) if (place) yield place.folder.name;
}

async function* folders(deps: V1Deps, signal: AbortSignal): AsyncGenerator<Place> {
  const { order, whole } = deps;
  let given = 0;
  try {
    if (order.verdict() !== false) {
      for await (const place of inKeyOrder(deps, signal)) {
        given += 1;
        yield place;
      }
      return;
    }
  } catch (error) {
    if (!(error instanceof OutOfOrder)) throw error;
    order.disprove();
    if (given > 0) throw namesUnordered();
  }
  for await (const folder of whole.places(signal)) yield { folder };
}

async function* inKeyOrder(deps: V1Deps, signal: AbortSignal): AsyncGenerator<Place> {
  const { keys } = deps;
  const skip = (key: string) => {
    const { folder } = keys.parse(key);
    return folder && { to: `${keys.repositories}${folder.path}~` };
  };
  const all = { prefix: keys.repositories, after: undefined, before: undefined };
  let newest: string | undefined;
  for await (const { objects } of skipScan({ ...deps, ...all, skip }, signal))
    for (const { key } of objects) {
      const { folder } = keys.parse(key);
      if (folder && folder.path !== newest && isFolder(keys, folder)) yield { folder };
      newest = folder?.path ?? newest;
    }
}
