import { isRepositoryName } from '../grammar.ts';
import { createWholeRegistry, type WholeRegistry, type WholeRegistryOptions } from '../listing/whole-registry.ts';
import { unexpectedKeyFault, type V2Keys } from './keys.ts';
import { type CollectedRepository, createTagCollector, type TagCollector } from './tag-collector.ts';

export type WholeV2Registry = WholeRegistry<string, CollectedRepository>;

export interface WholeV2Options extends Omit<WholeRegistryOptions, 'maxKept'> {
  readonly keys: V2Keys;
  /** The tags of one repository by a listing of its own. */
  readonly list: (name: string, signal: AbortSignal) => Promise<CollectedRepository>;
  /** Tags kept of the listing, at some 500 bytes each. */
  readonly maxTags?: number;
}

const MAX_TAGS = 100_000;

/** All repositories by one listing; a place is a repository's name. */
export function createWholeV2Registry({ keys, list, maxTags, ...options }: WholeV2Options): WholeV2Registry {
  return createWholeRegistry<string, TagCollector, CollectedRepository>(
    { ...options, maxKept: maxTags ?? MAX_TAGS },
    {
      prefix: keys.repositories,
      read(object) {
        const meaning = keys.parse(object.key);
        if (meaning.kind === 'marker') return undefined;
        const { name } = meaning;
        return {
          place: name !== undefined && isRepositoryName(name) ? name : undefined,
          fault: unexpectedKeyFault(meaning, object),
          counts: meaning.kind === 'current',
          addTo: (collector) => collector.add(meaning, object),
        };
      },
      idOf: (name) => name,
      nameOf: (name) => name,
      createCollector: createTagCollector,
      listingOf: (_, collector) => collector.collected(),
      list,
      boundOf: keys.first,
    },
  );
}
