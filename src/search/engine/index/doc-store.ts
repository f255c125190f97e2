import type { RepositoryRecord } from '../../../dynamodb/records/record.ts';
import type { Hit } from '../../api.ts';
import type { Serializable } from '../../archive.ts';
import { compare, isSame, type Slice } from '../structures/bytes.ts';
import { createDoubleColumn, createUint32Column } from '../structures/column.ts';
import { createDictionary } from '../structures/dictionary.ts';
import { createInterner, type Interner } from '../structures/interner.ts';
import type { Span } from '../structures/packed-rows.ts';
import { createByteRows, createUint32Rows } from '../structures/packed-rows.ts';
import { doubleAt, uint32At } from '../structures/typed.ts';
import {
  foldTexts,
  foldWithMarks,
  type LabelIds,
  readDescription,
  readLabelIds,
  readLabels,
  readSummary,
  readTitle,
  readWrittenLabels,
  textsHold,
  unpackTexts,
} from './doc-texts.ts';
import { spanOf, type TagSpan, type TagsInRow, tagCountIn, tagsIn } from './tag-store.ts';

/** What many repositories share. */
export type RepositoryAttributes = Pick<RepositoryRecord, 'types' | 'platforms' | 'referrers' | 'isPrivate'>;

/** The earlier first. Not by difference: V8 allocates an object for each number as large as that. */
export function compareTimes(aMs: number, bMs: number): number {
  if (aMs === bMs) return 0;
  return aMs < bMs ? -1 : 1;
}

/** The `TagSpan` of each doc, by doc; valid until the next write. */
export type TagSpans = Readonly<Record<keyof TagSpan, Uint32Array>>;

/** What the order by rank compares before names, by doc; valid until the next write. */
export interface RankColumns {
  readonly ranks: Uint32Array;
  readonly pushedAtMs: Float64Array;
}

/** All repositories by doc, packed. Slices and rows are valid until the next write. */
export interface Repositories extends Serializable {
  readonly attributeSets: Interner<RepositoryAttributes>;
  /** The doc of a name, or -1. */
  find(name: Slice): number;
  /** Every doc is below this. */
  end(): number;
  isLive(doc: number): boolean;
  /** The doc of a name; a new one when it has none. */
  add(name: Slice): number;
  /** Whether texts and labels are exactly these, as `packTexts` made them. */
  hasTexts(doc: number, packed: Slice): boolean;
  writeTexts(doc: number, packed: Slice): void;
  /** A row as `packTags` makes it. */
  writeTags(doc: number, row: Span<Uint32Array>): void;
  writeAttributes(doc: number, id: number): void;
  writePush(doc: number, pushedAtMs: number): void;
  /** See `staticRank`. */
  writeRank(doc: number, rank: number): void;
  remove(doc: number): void;
  nameOf(doc: number): Slice;
  nameTextOf(doc: number): string;
  attributesOf(doc: number): RepositoryAttributes;
  attributesIdOf(doc: number): number;
  pushedAtOf(doc: number): number;
  rankOf(doc: number): number;
  rankColumns(): RankColumns;
  /** Title and summary, folded and without marks, with a byte between them that is in no text. */
  textsOf(doc: number): Slice;
  /** Whether title or summary, folded and without marks, hold `sought`. */
  textsHold(doc: number, sought: Slice): boolean;
  /** Title and summary, folded, with their marks. */
  textsWithMarks(doc: number): readonly string[];
  labelsOf(doc: number): number[];
  /** The ids of what was written as labels, where folding has changed it. */
  writtenLabelsOf(doc: number): number[];
  /** Of each label both. */
  labelIdsOf(doc: number): LabelIds[];
  titleOf(doc: number): string | undefined;
  summaryOf(doc: number): string | undefined;
  tagsOf(doc: number): TagsInRow;
  /** The tags in memory of their own, which stays when the doc is written. */
  copyOfTags(doc: number): TagsInRow;
  tagCountOf(doc: number): number;
  tagSpans(): TagSpans;
  hitOf(doc: number): Hit;
  compareNames(a: number, b: number): number;
  /** Newest push first, then by name. */
  comparePushes(a: number, b: number): number;
  /** The better rank first, then as `comparePushes` does. */
  compareRanks(a: number, b: number): number;
}

export function createRepositories(): Repositories {
  const names = createDictionary();
  const texts = createByteRows();
  const tags = createUint32Rows();
  const pushedAt = createDoubleColumn();
  const ranks = createUint32Column();
  const oldestTag = createUint32Column();
  const newestTag = createUint32Column();
  const newestAttributes = createUint32Column();
  const attributesIds = createUint32Column();
  const attributeSets = createInterner<RepositoryAttributes>();
  const noAttributes: RepositoryAttributes = { types: [], platforms: [], referrers: [], isPrivate: false };

  const packedOf = (doc: number) => {
    const { memory, start, end } = texts.at(doc);
    return { bytes: memory, start, end };
  };
  const textsOf = (doc: number) => unpackTexts(packedOf(doc));
  const attributesOf = (doc: number) => attributeSets.at(uint32At(attributesIds.values(), doc)) ?? noAttributes;
  const pushedAtOf = (doc: number) => doubleAt(pushedAt.values(), doc);
  const tagCountOf = (doc: number) => (tags.length(doc) === 0 ? 0 : tagCountIn(tags.memory(doc), tags.start(doc)));
  const rankOf = (doc: number) => uint32At(ranks.values(), doc);
  const compareNames = (a: number, b: number) => compare(names.at(a), names.at(b));
  const comparePushes = (a: number, b: number) => compareTimes(pushedAtOf(b), pushedAtOf(a)) || compareNames(a, b);

  return {
    attributeSets,
    find: names.find,
    end: names.end,
    isLive: (doc) => texts.length(doc) > 0,
    add: names.intern,
    hasTexts: (doc, packed) => isSame(packedOf(doc), packed),
    writeTexts: (doc, { bytes, start, end }) => texts.write(doc, { memory: bytes, start, end }),
    writeTags(doc, row) {
      const span = spanOf(tagsIn(row));
      oldestTag.set(doc, span.oldest);
      newestTag.set(doc, span.newest);
      newestAttributes.set(doc, span.newestAttributes);
      tags.write(doc, row);
    },
    writeAttributes: (doc, id) => attributesIds.set(doc, id),
    writePush: (doc, pushedAtMs) => pushedAt.set(doc, pushedAtMs),
    writeRank: (doc, rank) => ranks.set(doc, rank),
    remove(doc) {
      names.drop(doc);
      texts.clear(doc);
      tags.clear(doc);
    },
    nameOf: names.at,
    nameTextOf: names.textAt,
    attributesOf,
    attributesIdOf: (doc) => attributesIds.values()[doc] ?? 0,
    pushedAtOf,
    rankOf,
    rankColumns: () => ({ ranks: ranks.values(), pushedAtMs: pushedAt.values() }),
    textsOf: (doc) => foldTexts(textsOf(doc)),
    textsHold: (doc, sought) => textsHold(textsOf(doc), sought),
    textsWithMarks: (doc) => foldWithMarks(textsOf(doc)),
    labelsOf: (doc) => readLabels(textsOf(doc)),
    writtenLabelsOf: (doc) => readWrittenLabels(textsOf(doc)),
    labelIdsOf: (doc) => readLabelIds(textsOf(doc)),
    titleOf: (doc) => readTitle(textsOf(doc)),
    summaryOf: (doc) => readSummary(textsOf(doc)),
    tagsOf: (doc) => tagsIn(tags.at(doc)),
    copyOfTags(doc) {
      const { memory, start, end } = tags.at(doc);
      return tagsIn({ memory: memory.slice(start, end), start: 0, end: end - start });
    },
    tagCountOf,
    tagSpans: () => ({
      oldest: oldestTag.values(),
      newest: newestTag.values(),
      newestAttributes: newestAttributes.values(),
    }),
    hitOf: (doc) => ({ name: names.textAt(doc), description: readDescription(textsOf(doc)) }),
    compareNames,
    comparePushes,
    compareRanks: (a, b) => rankOf(a) - rankOf(b) || comparePushes(a, b),
    *serialize(archive) {
      for (const rows of [names, texts, tags]) yield* rows.serialize(archive);
      for (const column of [pushedAt, ranks, oldestTag, newestTag, newestAttributes, attributesIds])
        column.serialize(archive);
      attributeSets.serialize(archive);
    },
  };
}
