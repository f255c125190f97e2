import { type ByteWriter, createByteWriter } from './byte-writer.ts';
import { compare } from './bytes.ts';
import { createDictionary, type Dictionary } from './dictionary.ts';
import { createInterned, type Interned } from './interned.ts';
import { createOrder, type Order } from './order.ts';
import { createPostings, type Postings } from './postings.ts';
import { createRepositories, type Repositories } from './repositories.ts';
import { createScratch } from './scratch.ts';
import { createSlotSet, type SlotSet } from './slot-set.ts';
import { areSameKind, foldKind, type TagKind } from './tag-rows.ts';
import { createWordIndex, type WordIndex } from './word-index.ts';

/** Things that a repository has by name, such as labels, and who has each of them. */
export interface Facets {
  readonly names: Dictionary;
  /** Lists by the ids of the names. */
  readonly lists: Postings;
}

/**
 * All that a query looks at. What stands beside the repositories themselves is derived from them, and `write.ts` keeps
 * it so: a slot is in exactly those lists that its own content says.
 */
export interface EngineIndex {
  readonly repositories: Repositories;
  /** For what is written next. */
  readonly writer: ByteWriter;
  readonly scratch: (words: number) => Uint32Array;
  readonly live: SlotSet;
  readonly byName: Order;
  readonly byPush: Order;
  readonly words: WordIndex;
  /** Lists by the numbers of edges. */
  readonly byEdge: Postings;
  /** Keys of labels. */
  readonly labelKeys: Facets;
  /** Keys and values of labels, with a byte between them that is in no text. */
  readonly labels: Facets;
  readonly tagNames: Facets;
  /** The ids of `tagNames`, in byte order. */
  readonly tagNameOrder: Order;
  /** Folded. */
  readonly tagKinds: Interned<TagKind>;
  /** Lists by the ids of `tagKinds`. */
  readonly byTagKind: Postings;
  /** Lists by the ids of `repositories.profiles`. */
  readonly byProfile: Postings;
  /** Lists by the first 16 bits of digests. */
  readonly byDigest: Postings;
}

export function createIndex(): EngineIndex {
  const repositories = createRepositories();
  const slots = () => repositories.end();
  const facets = (): Facets => ({ names: createDictionary(), lists: createPostings(slots) });
  const tagNames = facets();
  return {
    repositories,
    writer: createByteWriter(),
    scratch: createScratch(),
    live: createSlotSet(0),
    byName: createOrder(repositories.compareNames),
    byPush: createOrder(repositories.comparePushes),
    words: createWordIndex(slots),
    byEdge: createPostings(slots),
    labelKeys: facets(),
    labels: facets(),
    tagNames,
    tagNameOrder: createOrder((a, b) => compare(tagNames.names.at(a), tagNames.names.at(b))),
    tagKinds: createInterned({ areEqual: areSameKind, kept: foldKind }),
    byTagKind: createPostings(slots),
    byProfile: createPostings(slots),
    byDigest: createPostings(slots),
  };
}
