import { findKeys } from '../find-keys.ts';
import { isDigest, isRepositoryName } from '../grammar.ts';
import { jumpPages } from '../jump-pages.ts';
import type { Layout, RepositoryListing } from '../layout.ts';
import { createLeftovers } from '../leftovers.ts';
import type { ObjectStorage } from '../object-storage.ts';
import { tolerateDenied } from '../tolerate-denied.ts';
import { createV2Keys, jumpFrom } from './keys.ts';
import { listNames } from './list-names.ts';
import { finishListing, sketchOf } from './read-links.ts';
import { createTagCollector } from './tag-collector.ts';
import { surveyRange, type V2Deps, walkRange } from './walk.ts';

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
export function createV2Layout({ storage, rootDirectory, now }: V2LayoutOptions): Layout {
  const keys = createV2Keys(rootDirectory);
  const deps: V2Deps = { storage: tolerateDenied(storage, keys.root), keys, now };
  const leftovers = createLeftovers(now);
  return {
    walk: (range, signal) => walkRange({ ...deps, leftovers }, range, signal),
    survey: (range, signal) => surveyRange({ ...deps, leftovers }, range, signal),
    listRepository: (name, signal) => listRepository(deps, name, signal),
    listNames: (signal) => listNames({ ...deps, leftovers }, signal),
    async findBlobs(digests, signal) {
      const byKey = new Map(digests.filter(isDigest).map((digest) => [keys.blob(digest), digest]));
      const search = { storage: deps.storage, prefix: keys.blobs, keys: [...byKey.keys()], now };
      const found = await findKeys(search, signal);
      return new Set([...found].flatMap((key) => byKey.get(key) ?? []));
    },
    async readBlob(digest, maxBytes, signal) {
      if (!isDigest(digest)) return { kind: 'missing' };
      return deps.storage.get(keys.blob(digest), maxBytes, signal);
    },
  };
}

/** A name outside the grammar is never looked for: it could reach keys of other repositories. */
async function listRepository(deps: V2Deps, name: string, signal: AbortSignal): Promise<RepositoryListing> {
  const collector = createTagCollector(name, deps.now());
  if (!isRepositoryName(name)) return { ...sketchOf(collector), tags: [], unread: [] };
  const { keys, storage } = deps;
  const jump = (key: string) => jumpFrom(keys, key, collector.settled);
  const options = { ...deps, prefix: keys.tags(name), after: undefined, before: undefined, jump };
  for await (const { objects } of jumpPages(options, signal))
    for (const object of objects) collector.add(keys.parse(object.key), object);
  return finishListing(storage, collector, signal);
}
