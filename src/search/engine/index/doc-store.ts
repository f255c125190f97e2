import type { RepositoryRecord } from '../../../index/record.ts';
import type { Hit } from '../../api.ts';
import { compare, isSame, type Slice } from '../structures/bytes.ts';
import { createColumn } from '../structures/column.ts';
import { createDictionary } from '../structures/dictionary.ts';
import { areSameTexts, createInterned, type Interned } from '../structures/interner.ts';
import { createByteRows, createWordRows } from '../structures/packed-rows.ts';
import type { Span } from '../structures/shards.ts';
import { doubleAt, wordAt } from '../structures/typed.ts';
import { describe, foldTexts, readLabels, textsHold, unpackTexts } from './doc-texts.ts';
import { spanOf, TAG_WORDS, type TagSpan } from './tag-store.ts';

/** What many repositories have in common. */
export type Profile = Pick<RepositoryRecord, 'types' | 'platforms' | 'referrers' | 'isPrivate'>;

function areSameProfile(a: Profile, b: Profile): boolean {
  if (a.isPrivate !== b.isPrivate || !areSameTexts(a.types, b.types)) return false;
  return areSameTexts(a.platforms, b.platforms) && areSameTexts(a.referrers, b.referrers);
}

/** The earlier first. Not their difference: numbers as large as that are objects to V8, one for each comparison. */
export function compareTimes(aMs: number, bMs: number): number {
  if (aMs === bMs) return 0;
  return aMs < bMs ? -1 : 1;
}

/** Where a repository's tags lie, as `packTags` made them. */
export type TagsInRow = Span<Uint32Array>;

/** Of each slot's `TagSpan` the times; good until the next write. */
export interface TagSpans {
  readonly oldest: Uint32Array;
  readonly newest: Uint32Array;
}

/** All repositories by slot, packed. Slices and rows are good until the next write. */
export interface Repositories {
  readonly profiles: Interned<Profile>;
  /** The slot of a name, or -1. */
  find(name: Slice): number;
  /** Every slot is below this. */
  end(): number;
  isLive(slot: number): boolean;
  /** The slot of a name; a new one when it has none. */
  add(name: Slice): number;
  /** Whether texts and labels are exactly these, as `packTexts` made them. */
  hasTexts(slot: number, packed: Slice): boolean;
  writeTexts(slot: number, packed: Slice): void;
  /** A row as `packTags` makes it. */
  writeTags(slot: number, tags: TagsInRow): void;
  writeProfile(slot: number, id: number): void;
  writePush(slot: number, pushedAtMs: number): void;
  remove(slot: number): void;
  nameOf(slot: number): Slice;
  nameTextOf(slot: number): string;
  /** To be told of slots whose names, texts or tags are looked at next: see `Rows`. */
  readNamesAhead(slots: Uint32Array): void;
  readTextsAhead(slots: Uint32Array): void;
  readTagsAhead(slots: Uint32Array): void;
  profileOf(slot: number): Profile;
  profileIdOf(slot: number): number;
  pushedAtOf(slot: number): number;
  /** Title and summary, folded, with a byte between them that is in no text. */
  textsOf(slot: number): Slice;
  /** Whether title or summary, folded, hold `part`. */
  textsHold(slot: number, part: Slice): boolean;
  labelsOf(slot: number): number[];
  tagsOf(slot: number): TagsInRow;
  tagCountOf(slot: number): number;
  tagSpans(): TagSpans;
  newestTagOf(slot: number): Pick<TagSpan, 'newest' | 'newestKind'>;
  hitOf(slot: number): Hit;
  compareNames(a: number, b: number): number;
  /** Newest push first, then by name. */
  comparePushes(a: number, b: number): number;
}

export function createRepositories(): Repositories {
  const names = createDictionary();
  const texts = createByteRows();
  const tags = createWordRows();
  const pushedAt = createColumn((length) => new Float64Array(length));
  const oldestTag = createColumn((length) => new Uint32Array(length));
  const newestTag = createColumn((length) => new Uint32Array(length));
  const newestKind = createColumn((length) => new Uint32Array(length));
  const profileIds = createColumn((length) => new Uint32Array(length));
  const profiles = createInterned<Profile>({ areEqual: areSameProfile });
  const noProfile: Profile = { types: [], platforms: [], referrers: [], isPrivate: false };

  const packedOf = (slot: number) => {
    const { memory, start, end } = texts.at(slot);
    return { bytes: memory, start, end };
  };
  const textsOf = (slot: number) => unpackTexts(packedOf(slot));
  const profileOf = (slot: number) => profiles.at(wordAt(profileIds.values(), slot)) ?? noProfile;
  const pushedAtOf = (slot: number) => doubleAt(pushedAt.values(), slot);
  const tagCountOf = (slot: number) => tags.length(slot) / TAG_WORDS;
  const compareNames = (a: number, b: number) => compare(names.at(a), names.at(b));

  return {
    profiles,
    find: names.find,
    end: names.end,
    isLive: (slot) => texts.length(slot) > 0,
    add: names.intern,
    hasTexts: (slot, packed) => isSame(packedOf(slot), packed),
    writeTexts: (slot, { bytes, start, end }) => texts.write(slot, { memory: bytes, start, end }),
    writeTags(slot, row) {
      const span = spanOf(row);
      oldestTag.set(slot, span.oldest);
      newestTag.set(slot, span.newest);
      newestKind.set(slot, span.newestKind);
      tags.write(slot, row);
    },
    writeProfile: (slot, id) => profileIds.set(slot, id),
    writePush: (slot, pushedAtMs) => pushedAt.set(slot, pushedAtMs),
    remove(slot) {
      names.drop(slot);
      texts.clear(slot);
      tags.clear(slot);
    },
    nameOf: names.at,
    nameTextOf: names.textAt,
    readNamesAhead: names.readAhead,
    readTextsAhead: texts.readAhead,
    readTagsAhead: tags.readAhead,
    profileOf,
    profileIdOf: (slot) => profileIds.values()[slot] ?? 0,
    pushedAtOf,
    textsOf: (slot) => foldTexts(textsOf(slot)),
    textsHold: (slot, part) => textsHold(textsOf(slot), part),
    labelsOf: (slot) => readLabels(textsOf(slot)),
    tagsOf: tags.at,
    tagCountOf,
    newestTagOf: (slot) => ({
      newest: wordAt(newestTag.values(), slot),
      newestKind: wordAt(newestKind.values(), slot),
    }),
    tagSpans: () => ({ oldest: oldestTag.values(), newest: newestTag.values() }),
    hitOf: (slot) => ({ name: names.textAt(slot), description: describe(textsOf(slot)) }),
    compareNames,
    comparePushes: (a, b) => compareTimes(pushedAtOf(b), pushedAtOf(a)) || compareNames(a, b),
  };
}
