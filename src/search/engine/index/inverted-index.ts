import type { Archive } from '../../archive.ts';
import { type Bitset, createBitset, serializeBitset } from '../structures/bitset.ts';
import { type ByteWriter, compareFolded, createByteWriter, encode, sliceOf } from '../structures/bytes.ts';
import { type CountedNames, createCountedNames } from '../structures/counted-names.ts';
import { createDictionary, type Dictionary } from '../structures/dictionary.ts';
import { createInterner, type Interner } from '../structures/interner.ts';
import { createPostings, type Postings } from '../structures/postings.ts';
import type { Steps } from '../structures/scheduler.ts';
import { createSortedList, type SortedList } from '../structures/sorted-list.ts';
import { type BaseImages, createBaseImages } from './base-images.ts';
import { type ChartStore, createChartStore } from './chart-store.ts';
import { createRepositories, type Repositories } from './doc-store.ts';
import { normalAttributes, type TagAttributes } from './tag-store.ts';
import { createTermDictionary, type TermDictionary } from './term-dictionary.ts';

/** Things that repositories have by name, such as labels, and the repositories that have each of them. */
export interface InvertedField {
  readonly names: Dictionary;
  /** Lists by the ids of the names. */
  readonly lists: Postings;
}

/**
 * All that a query reads. Everything beside `repositories` is derived from them by `writer.ts`: a doc is in exactly the
 * lists that its content says.
 */
export interface InvertedIndex {
  readonly repositories: Repositories;
  /** For the bytes of what is written next. */
  readonly byteWriter: ByteWriter;
  /** Memory of so many numbers for what is written next, with any content. */
  readonly roomFor: (numbers: number) => Uint32Array;
  readonly live: Bitset;
  readonly byName: SortedList;
  readonly byPush: SortedList;
  /** What people rely on first: see `staticRank`. */
  readonly byRank: SortedList;
  readonly baseImages: BaseImages;
  readonly terms: TermDictionary;
  /** Lists by boundary n-gram. */
  readonly byBoundary: Postings;
  /** Keys of labels. */
  readonly labelKeys: InvertedField;
  /** Keys and values of labels, with a byte between them that is in no text. */
  readonly labels: InvertedField;
  /** Labels as they were written, in the same form, where folding has changed them. */
  readonly writtenLabels: CountedNames;
  readonly tagNames: InvertedField;
  /** The ids of `tagNames`, in the order of `compareFolded`. */
  readonly tagNameOrder: SortedList;
  /** Their platforms are in normal form. */
  readonly tagAttributeSets: Interner<TagAttributes>;
  /** Lists by the ids of `tagAttributeSets`. */
  readonly byTagAttributes: Postings;
  /** Lists by the ids of `repositories.attributeSets`. */
  readonly byAttributes: Postings;
  /** Lists by the first 16 bits of digests. */
  readonly byDigest: Postings;
  readonly charts: ChartStore;
}

export function createInvertedIndex(): InvertedIndex {
  const repositories = createRepositories();
  const docs = () => repositories.end();
  const newField = (): InvertedField => ({ names: createDictionary(), lists: createPostings(docs) });
  const tagNames = newField();
  return {
    repositories,
    byteWriter: createByteWriter(),
    roomFor: createRoom(),
    live: createBitset(0),
    byName: createSortedList(repositories.compareNames),
    byPush: createSortedList(repositories.comparePushes),
    byRank: createSortedList(repositories.compareRanks),
    baseImages: createBaseImages({
      find: (name) => repositories.find(sliceOf(encode(name))),
      nameTextOf: repositories.nameTextOf,
    }),
    terms: createTermDictionary(docs),
    byBoundary: createPostings(docs),
    labelKeys: newField(),
    labels: newField(),
    writtenLabels: createCountedNames(),
    tagNames,
    tagNameOrder: createSortedList((a, b) => compareFolded(tagNames.names.at(a), tagNames.names.at(b))),
    tagAttributeSets: createInterner(normalAttributes),
    byTagAttributes: createPostings(docs),
    byAttributes: createPostings(docs),
    byDigest: createPostings(docs),
    charts: createChartStore(),
  };
}

/** All of the index, to or from an archive. */
export function* serializeIndex(index: InvertedIndex, archive: Archive): Steps<void> {
  const { repositories, live, baseImages, terms, labelKeys, labels, tagNames } = index;
  yield* repositories.serialize(archive);
  serializeBitset(live, archive);
  for (const order of [index.byName, index.byPush, index.byRank, index.tagNameOrder]) yield* order.serialize(archive);
  for (const part of [baseImages, terms, index.writtenLabels]) yield* part.serialize(archive);
  for (const { names, lists } of [labelKeys, labels, tagNames]) {
    yield* names.serialize(archive);
    yield* lists.serialize(archive);
  }
  index.tagAttributeSets.serialize(archive);
  for (const lists of [index.byBoundary, index.byTagAttributes, index.byAttributes, index.byDigest])
    yield* lists.serialize(archive);
  yield* index.charts.serialize(archive);
}

const KEPT_NUMBERS = 8_192;

/** The same memory for each write, unless much is needed: allocation takes longer than the writing. */
function createRoom(): InvertedIndex['roomFor'] {
  const kept = new Uint32Array(KEPT_NUMBERS);
  return (numbers) => (numbers <= KEPT_NUMBERS ? kept : new Uint32Array(numbers));
}
