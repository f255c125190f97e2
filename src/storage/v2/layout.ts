import { isDigest, isRepositoryName } from '../grammar.ts';
import type { Layout } from '../layout.ts';
import { OutOfOrder } from '../listing/byte-order.ts';
import { findKeys } from '../listing/find-keys.ts';
import { plainPages } from '../listing/plain-pages.ts';
import { skipScan } from '../listing/skip-scan.ts';
import { withTagsOnly } from '../merge-layouts.ts';
import type { ObjectStorage } from '../object-storage.ts';
import { createWalkDeps, type WalkDeps } from '../walk-deps.ts';
import { createV2Keys, skipFrom, type V2Keys } from './keys.ts';
import { listNames } from './list-names.ts';
import { lookAtTag } from './look-at-tag.ts';
import { finishListing } from './read-links.ts';
import { type CollectedRepository, createTagCollector, type TagCollector } from './tag-collector.ts';
import { scanRangeFingerprints, type V2Deps, walkRange } from './walk.ts';
import { createWholeV2Registry } from './whole-registry.ts';

export interface V2LayoutOptions {
  readonly storage: ObjectStorage;
  /** Where in the store the registry begins, without slashes at its ends; often empty. */
  readonly rootDirectory: string;
  readonly now: () => number;
}

/**
 * The layout of distribution v2 and v3. A range is compared by the least key that a name can have, `<name>/_`: in that
 * order `app-extra` and `app.x` come before `app` (`-` and `.` sort before `/`), and so does `app/0sub`, while `app/x`
 * and `app0` come after it.
 */
export function createV2Layout(options: V2LayoutOptions): Layout {
  const deps = createDeps(options);
  const { keys, storage, order, now } = deps;
  return withTagsOnly({
    walk: (range, signal) => walkRange(deps, range, signal),
    scanFingerprints: (range, signal) => scanRangeFingerprints(deps, range, signal),
    listNames: (signal) => listNames(deps, signal),
    listRepository: async (name, signal) => finishListing(storage, await collectRepository(deps, name, signal), signal),
    lookAtTag: (question, signal) => lookAtTag(deps, question, signal),
    async findBlobs(digests, signal) {
      const byKey = new Map(digests.filter(isDigest).map((digest) => [keys.blob(digest), digest]));
      const search = { storage, order, now, prefix: keys.blobs, keys: [...byKey.keys()] };
      const found = await findKeys(search, signal);
      return new Set([...found].flatMap((key) => byKey.get(key) ?? []));
    },
    async readBlob(digest, maxBytes, signal) {
      if (!isDigest(digest)) return { kind: 'missing' };
      return storage.get(keys.blob(digest), maxBytes, signal);
    },
  });
}

function createDeps({ storage, rootDirectory, now }: V2LayoutOptions): V2Deps {
  const keys = createV2Keys(rootDirectory);
  const common = createWalkDeps(storage, keys, now);
  const whole = createWholeV2Registry({ ...common, list: (name, signal) => collectRepository(common, name, signal) });
  return { ...common, whole };
}

/** A name outside the grammar is never looked for: it could reach keys of other repositories. */
async function collectRepository(
  deps: WalkDeps<V2Keys>,
  name: string,
  signal: AbortSignal,
): Promise<CollectedRepository> {
  const collector = createTagCollector(name, deps.now());
  if (!isRepositoryName(name)) return collector.collected();
  for await (const { objects } of pagesOfTags(deps, collector, signal))
    for (const object of objects) collector.add(deps.keys.parse(object.key), object);
  return collector.collected();
}

/** Jumps over the history of tags where the store is known to allow that; what is given twice then does no harm. */
async function* pagesOfTags({ storage, keys, order, now }: WalkDeps<V2Keys>, tags: TagCollector, signal: AbortSignal) {
  const options = { storage, now, prefix: keys.tags(tags.name) };
  const skip = (key: string) => skipFrom(keys, key, tags.settled);
  try {
    if (order.verdict())
      return yield* skipScan({ ...options, order, after: undefined, before: undefined, skip }, signal);
  } catch (error) {
    if (!(error instanceof OutOfOrder)) throw error;
    order.disprove();
  }
  yield* plainPages({ ...options, mayStartAfter: order.isShown }, signal);
}
