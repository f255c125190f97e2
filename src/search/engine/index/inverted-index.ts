import { createSlotSet, type SlotSet } from '../structures/bitset.ts';
import { type ByteWriter, createByteWriter } from '../structures/byte-writer.ts';
import { compare } from '../structures/bytes.ts';
import { createDictionary, type Dictionary } from '../structures/dictionary.ts';
import { createInterned, type Interned } from '../structures/interner.ts';
import { createPostings, type Postings } from '../structures/postings.ts';
import { createOrder, type Order } from '../structures/sorted-list.ts';
import { createRepositories, type Repositories } from './doc-store.ts';
import { areSameKind, foldKind, type TagKind } from './tag-store.ts';
import { createWordIndex, type WordIndex } from './term-dictionary.ts';

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

const SCRATCH_WORDS = 8_192;

/** Memory for what is needed but for a moment, the same each time unless it is much: new memory takes long. */
function createScratch(): (words: number) => Uint32Array {
  const kept = new Uint32Array(SCRATCH_WORDS);
  return (words) => (words <= SCRATCH_WORDS ? kept : new Uint32Array(words));
}
