import type { FaultKind, StorageFault } from '../../api/fault.ts';
import { mapOrdered } from '../../async/map-ordered.ts';
import type { ListedTag, RepositoryListing, RepositorySummary } from '../layout.ts';

/**
 * What became of a tag when it was read. One that is `gone` was deleted since it was listed, which is no fault.
 */
export type ReadTag =
  | { readonly kind: 'tag'; readonly tag: ListedTag }
  | { readonly kind: 'gone' }
  | { readonly kind: 'fault'; readonly fault: StorageFault };

/** A repository as it was listed, and its tags as they are to be read. */
export interface Unread<Tag> {
  readonly summary: RepositorySummary;
  readonly tags: readonly Tag[];
  /** Tags read at once. */
  readonly atOnce: number;
}

/** Makes a listing of what was gathered by reading each tag. Rejects only with what `read` rejects with. */
export async function readListing<Tag>(
  { summary, tags: listed, atOnce }: Unread<Tag>,
  read: (tag: Tag) => Promise<ReadTag>,
): Promise<RepositoryListing> {
  const tags: ListedTag[] = [];
  const unread: StorageFault[] = [];
  for await (const result of mapOrdered(listed, atOnce, read)) {
    if (result.kind === 'tag') tags.push(result.tag);
    if (result.kind === 'fault') unread.push(result.fault);
  }
  return { ...summary, tags, unread };
}

/** A tag whose link says nothing that could be used. */
export function faultyTag(
  { link }: { readonly link: { readonly key: string } },
  kind: FaultKind,
  reason: string,
): ReadTag {
  return { kind: 'fault', fault: { kind, key: link.key, reason } };
}
