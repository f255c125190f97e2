import { type Item, parsedOr, readItem } from '../items/item.ts';
import type { TagEntry } from './record.ts';
import type { TagPart } from './tag-layout.ts';
import { unpackTags } from './tag-pack.ts';

/** No name of a repository can hold it, so parts never take the place of a repository. */
export const PART_MARK = '#';

/** Leaves the parts out of a Scan. */
export const HEADS_ONLY = {
  FilterExpression: 'NOT contains(#name, :mark)',
  ExpressionAttributeNames: { '#name': 'name' },
  ExpressionAttributeValues: { ':mark': PART_MARK },
};

/** The write of a head that a part was put for. It is dead when the head of this or a later write does not name it. */
export interface PartVersion {
  readonly epoch: number;
  readonly revision: number;
}

/** What a part belongs to, and since when; milliseconds since 1970. */
export interface PartFacts extends PartVersion {
  readonly key: string;
  readonly repository: string;
  readonly id: string;
  readonly writtenAtMs: number;
}

export function partKey(repository: string, id: string): { readonly name: string } {
  return { name: `${repository}${PART_MARK}${id}` };
}

/** A part as an item of the repository table: without the attributes of the change feed, which is of repositories. */
export function partItem(repository: string, { id, packed }: TagPart, version: PartVersion & { writtenAtMs: number }) {
  const { epoch, revision, writtenAtMs } = version;
  return { ...partKey(repository, id), ...packed, epoch, revision, writtenAt: writtenAtMs };
}

/** What a part holds; `readings` is packed, and undefined where it was not asked for. */
export interface PartContent {
  readonly tags: readonly TagEntry[];
  readonly readings: Uint8Array | undefined;
}

/** Undefined for a part that cannot be read, as if it was not there. */
export function parsePart(item: Item): PartContent | undefined {
  const parse = (): PartContent => {
    const { text, bytes, optional } = readItem(item, 'a part');
    const tags = unpackTags({ tags: bytes('tags'), digests: bytes('digests') }, text('name'));
    return { tags, readings: optional('readings', bytes) };
  };
  return parsedOr(parse, () => undefined);
}

/** Throws UnreadableItem. */
export function parsePartFacts(item: Item): PartFacts {
  const { text, number } = readItem(item, 'a part');
  const key = text('name');
  const [repository = '', id = ''] = key.split(PART_MARK);
  const version = { epoch: number('epoch'), revision: number('revision') };
  return { key, repository, id, ...version, writtenAtMs: number('writtenAt') };
}
