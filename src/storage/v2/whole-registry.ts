import type { StorageFault } from '../../api/fault.ts';
import { isRepositoryName } from '../grammar.ts';
import type { Met, NameRange } from '../layout.ts';
import { compareBytes, isWithin } from '../listing/order.ts';
import type { PageHandOver } from '../listing/page-hand-over.ts';
import { plainPages } from '../listing/plain-pages.ts';
import { createSharedListing } from '../listing/shared-listing.ts';
import type { ObjectStorage } from '../object-storage.ts';
import { unexpectedKeyFault, type V2Keys } from './keys.ts';
import { createTagCollector, type SeenRepository, type TagCollector } from './tag-collector.ts';

/** A registry by one listing of everything, which is right in whatever order a store lists. */
export interface WholeRegistry {
  /** In the order of names; what is wrong outside of any repository first. */
  read(range: NameRange, signal: AbortSignal): AsyncGenerator<Met<SeenRepository>>;
  names(signal: AbortSignal): AsyncGenerator<string>;
}

export interface WholeOptions {
  readonly storage: ObjectStorage;
  readonly keys: V2Keys;
  readonly now: () => number;
  readonly handOver: PageHandOver;
  /** Of the tags of one repository, by a listing of its own. */
  readonly list: (name: string, signal: AbortSignal) => Promise<SeenRepository>;
  /** See MAX_TAGS. */
  readonly maxTags?: number;
}

/** Tags kept of the listing, at some 500 bytes each. Repositories that come when there are as many are listed again. */
const MAX_TAGS = 100_000;
/** Of what is wrong outside of any repository so much is named. */
const MAX_FAULTS = 10_000;

interface Everything {
  /** In the order of names; undefined where only the name is known. */
  readonly repositories: readonly (readonly [name: string, collector: TagCollector | undefined])[];
  /** Each at the key where it was met. */
  readonly faults: readonly (readonly [key: string, fault: StorageFault])[];
}

export function createWholeRegistry(options: WholeOptions): WholeRegistry {
  const { keys, now, list } = options;
  const shared = createSharedListing({ load: (signal) => listEverything(options, signal), now });
  return {
    async *read(range, signal) {
      const { repositories, faults } = await shared.take(`from ${range.from ?? ''}`, signal);
      for (const [key, fault] of faults) if (isKeyWithin(keys, key, range)) yield { kind: 'fault', fault };
      for (const [name, collector] of repositories)
        if (isWithin(name, range))
          yield { kind: 'repository', listing: collector?.seen() ?? (await list(name, signal)) };
    },
    async *names(signal) {
      const { repositories } = await shared.take('names', signal);
      for (const [name] of repositories) yield name;
    },
  };
}

async function listEverything(options: WholeOptions, signal: AbortSignal): Promise<Everything> {
  const { keys, handOver, maxTags = MAX_TAGS } = options;
  const repositories = new Map<string, TagCollector | undefined>();
  const faults = new Map<string, readonly [string, StorageFault]>();
  let tags = 0;
  const first = handOver.take(undefined);
  for await (const { objects, sentAtMs } of plainPages({ ...options, prefix: keys.repositories, first }, signal)) {
    for (const object of objects) {
      const { key } = object;
      const meaning = keys.parse(key);
      const { name } = meaning;
      if (meaning.kind === 'marker') continue;
      const fault = unexpectedKeyFault(meaning, object);
      if (fault && faults.size < MAX_FAULTS) faults.set(fault.key, [key, fault]);
      if (name === undefined || !isRepositoryName(name)) continue;
      if (!repositories.has(name))
        repositories.set(name, tags < maxTags ? createTagCollector(name, sentAtMs) : undefined);
      if (meaning.kind === 'current') tags += 1;
      repositories.get(name)?.add(meaning, object);
    }
  }
  return {
    repositories: [...repositories].toSorted(([a], [b]) => compareBytes(keys.first(a), keys.first(b))),
    faults: [...faults.values()].toSorted(([a], [b]) => compareBytes(a, b)),
  };
}

function isKeyWithin(keys: V2Keys, key: string, { from, to }: NameRange): boolean {
  const isBehind = from === undefined || compareBytes(key, keys.first(from)) > 0;
  return isBehind && (to === undefined || compareBytes(key, keys.first(to)) < 0);
}
