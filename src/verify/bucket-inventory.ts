import type { Source } from '../api/settings.ts';
import { createKeyReader } from '../storage/changed-key.ts';
import type { Layout, RepositoryListing } from '../storage/layout.ts';
import type { Inventory, RepositoryTags } from './inventory.ts';

export interface BucketInventoryOptions {
  readonly layout: Pick<Layout, 'walk' | 'listRepository'>;
  readonly source: Source;
}

const EVERYTHING = { from: undefined, to: undefined };

/** What the registry's storage holds. */
export function inventoryOfBucket({ layout, source }: BucketInventoryOptions): Inventory {
  const readKey = createKeyReader(source);
  const tagsOf = ({ name, tags, unread }: RepositoryListing): RepositoryTags => ({
    name,
    tags: new Map(tags.map((tag) => [tag.name, tag.digest])),
    unresolved: new Set(unread.map(({ key }) => readKey(key)?.tag ?? key)),
  });
  return {
    async *all(signal) {
      for await (const met of layout.walk(EVERYTHING, signal)) if (met.kind === 'repository') yield tagsOf(met.listing);
    },
    read: async (name, signal) => tagsOf(await layout.listRepository(name, signal)),
  };
}
