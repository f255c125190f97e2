import type { Digest } from '../../oci/manifest-facts.ts';
import { isRepositoryName } from '../grammar.ts';
import type { Layout, RepositoryListing } from '../layout.ts';
import { findKeys } from '../listing/find-keys.ts';
import { plainPages } from '../listing/plain-pages.ts';
import type { ObjectStorage, StoredBytes } from '../object-storage.ts';
import { createWalkDeps, type WalkDeps } from '../walk-deps.ts';
import { type CollectedFolder, createFolderCollector } from './folder-collector.ts';
import type { V1Deps } from './folder-scanner.ts';
import { digestOfImage, imageOfDigest } from './image-id.ts';
import { createV1Keys, type Folder, type V1Keys } from './keys.ts';
import { listNames } from './list-names.ts';
import { readRepository, scanRangeFingerprints, walkRange } from './walk.ts';
import { createWholeV1Registry } from './whole-registry.ts';

export interface V1LayoutOptions {
  readonly storage: ObjectStorage;
  /** docker-registry's `storage_path`, without slashes at its ends; empty where the registry has the whole bucket. */
  readonly root: string;
  readonly now: () => number;
}

/**
 * The layout of docker-registry, the registry before distribution. A tag's digest is `v1:` and the id of its image, and
 * the blob of such a digest the JSON of that image. Its walk gives repositories without a tag as well.
 */
export function createV1Layout(options: V1LayoutOptions): Layout {
  const deps = createDeps(options);
  return {
    walk: (range, signal) => walkRange(deps, range, signal),
    scanFingerprints: (range, signal) => scanRangeFingerprints(deps, range, signal),
    listRepository: (name, signal) => listRepository(deps, name, signal),
    listNames: (signal) => listNames(deps, signal),
    lookAtTag: async () => undefined,
    findBlobs: (digests, signal) => findImages(deps, digests, signal),
    readBlob: (digest, maxBytes, signal) => readImage(deps, { digest, maxBytes }, signal),
  };
}

function createDeps({ storage, root, now }: V1LayoutOptions): V1Deps {
  const keys = createV1Keys(root);
  const common = createWalkDeps(storage, keys, now);
  const list = ({ name, path }: Folder, signal: AbortSignal) =>
    collectFolder(common, { name, prefix: keys.repositories + path }, signal);
  return { ...common, whole: createWholeV1Registry({ ...common, list }) };
}

/** A name outside the grammar is never looked for: it could reach keys of other repositories. */
async function listRepository(deps: V1Deps, name: string, signal: AbortSignal): Promise<RepositoryListing> {
  const folders = isRepositoryName(name) ? deps.keys.folders(name) : [];
  if (folders.length === 0)
    return readRepository(deps.storage, [createFolderCollector(name, deps.now()).collected()], signal);
  const collected = await Promise.all(folders.map((prefix) => collectFolder(deps, { name, prefix }, signal)));
  return readRepository(deps.storage, collected, signal);
}

async function collectFolder(
  { storage, keys, order, now }: WalkDeps<V1Keys>,
  { name, prefix }: { name: string; prefix: string },
  signal: AbortSignal,
): Promise<CollectedFolder> {
  const collector = createFolderCollector(name, now());
  for await (const { objects } of plainPages({ storage, now, prefix, mayStartAfter: order.isShown }, signal))
    for (const object of objects) collector.add(keys.parse(object.key), object);
  return collector.collected();
}

/** An image is there when its JSON is, and its upload has come to its end. */
async function findImages(
  { storage, keys, order, now }: V1Deps,
  digests: readonly Digest[],
  signal: AbortSignal,
): Promise<ReadonlySet<Digest>> {
  const ids = digests.flatMap((digest) => imageOfDigest(digest) ?? []);
  const wanted = ids.flatMap((id) => [keys.image(id, '_inprogress'), keys.image(id, 'json')]);
  const found = await findKeys({ storage, order, now, prefix: keys.images, keys: wanted }, signal);
  const isThere = (id: string) => found.has(keys.image(id, 'json')) && !found.has(keys.image(id, '_inprogress'));
  return new Set(ids.filter(isThere).flatMap((id) => digestOfImage(id) ?? []));
}

interface BlobRequest {
  readonly digest: Digest;
  readonly maxBytes: number;
}

const MAX_MARK_BYTES = 64;
const UNFINISHED: StoredBytes = { kind: 'unreadable', refusal: 'Unfinished', reason: 'its upload is not finished' };

/** While `_inprogress` is there, the registry refuses to serve the image, whose JSON may still change. */
async function readImage(
  { storage, keys }: V1Deps,
  { digest, maxBytes }: BlobRequest,
  signal: AbortSignal,
): Promise<StoredBytes> {
  const id = imageOfDigest(digest);
  if (id === undefined) return { kind: 'missing' };
  const [mark, json] = await Promise.all([
    storage.get(keys.image(id, '_inprogress'), MAX_MARK_BYTES, signal),
    storage.get(keys.image(id, 'json'), maxBytes, signal),
  ]);
  return mark.kind === 'missing' ? json : UNFINISHED;
}
