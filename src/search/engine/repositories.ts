import type { RepositoryRecord } from '../../index/record.ts';
import type { Hit } from '../engine.ts';
import { fold } from '../fold.ts';
import { compare, encode, foldByte, indexOf, indexOfFolded, isSame, type Slice, sliceOf } from './bytes.ts';
import { createColumn } from './columns.ts';
import { createDictionary } from './dictionary.ts';
import { createInterned, type Interned } from './interned.ts';
import { createByteRows, createWordRows } from './rows.ts';
import { spanOf, TAG_WORDS } from './tag-rows.ts';
import { byteAt, doubleAt, wordAt } from './typed.ts';
import { ABSENT, BETWEEN } from './words.ts';

/** What many repositories have in common. */
export type Profile = Pick<RepositoryRecord, 'types' | 'platforms' | 'referrers' | 'isPrivate'>;

/** Texts of a repository beside its name, and the ids of its labels. */
export interface Texts {
  readonly title: string | undefined;
  readonly summary: string | undefined;
  readonly labels: readonly number[];
}

/** Where a repository's tags lie, as `packTags` made them. */
export interface TagsInRow {
  readonly memory: Uint32Array;
  readonly start: number;
  readonly end: number;
}

/** For each slot its `TagSpan`; good until the next write. */
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
  /** Whether texts and labels are exactly these. */
  hasTexts(slot: number, texts: Texts): boolean;
  writeTexts(slot: number, texts: Texts): void;
  /** A row as `packTags` makes it. */
  writeTags(slot: number, tags: Uint32Array): void;
  writeProfile(slot: number, id: number): void;
  writePush(slot: number, pushedAtMs: number): void;
  remove(slot: number): void;
  nameOf(slot: number): Slice;
  nameTextOf(slot: number): string;
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
  hitOf(slot: number): Hit;
  compareNames(a: number, b: number): number;
  /** Newest push first, then by name. */
  comparePushes(a: number, b: number): number;
}

const BETWEEN_SLICE = sliceOf(Uint8Array.of(BETWEEN));
const LABEL_BYTES = 4;

export function createRepositories(): Repositories {
  const names = createDictionary();
  const details = createByteRows();
  const tags = createWordRows();
  const pushedAt = createColumn((length) => new Float64Array(length));
  const oldestTag = createColumn((length) => new Uint32Array(length));
  const newestTag = createColumn((length) => new Uint32Array(length));
  const profileIds = createColumn((length) => new Uint32Array(length));
  const profiles = createInterned<Profile>();
  const noProfile: Profile = { types: [], platforms: [], referrers: [], isPrivate: false };

  const detailsOf = (slot: number): Details => {
    const start = details.start(slot);
    const row = { bytes: details.memory(slot), start, end: start + details.length(slot) };
    const titleEnd = indexOf(row, BETWEEN_SLICE);
    return { bytes: row.bytes, start, titleEnd, summaryEnd: indexOf(row, BETWEEN_SLICE, titleEnd + 1), end: row.end };
  };
  const profileOf = (slot: number) => profiles.at(wordAt(profileIds.values(), slot)) ?? noProfile;
  const pushedAtOf = (slot: number) => doubleAt(pushedAt.values(), slot);
  const nameTextOf = (slot: number) => {
    const { bytes, start, end } = names.at(slot);
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
  };
  const tagCountOf = (slot: number) => tags.length(slot) / TAG_WORDS;
  const compareNames = (a: number, b: number) => compare(names.at(a), names.at(b));

  return {
    profiles,
    find: names.find,
    end: names.end,
    isLive: (slot) => details.length(slot) > 0,
    add: names.intern,
    hasTexts(slot, texts) {
      const start = details.start(slot);
      const row = { bytes: details.memory(slot), start, end: start + details.length(slot) };
      return isSame(row, sliceOf(packDetails(texts)));
    },
    writeTexts: (slot, texts) => details.write(slot, packDetails(texts)),
    writeTags(slot, row) {
      const { oldest, newest } = spanOf(row);
      oldestTag.set(slot, oldest);
      newestTag.set(slot, newest);
      tags.write(slot, row);
    },
    writeProfile: (slot, id) => profileIds.set(slot, id),
    writePush: (slot, pushedAtMs) => pushedAt.set(slot, pushedAtMs),
    remove(slot) {
      names.drop(slot);
      details.write(slot, []);
      tags.write(slot, []);
    },
    nameOf: names.at,
    nameTextOf,
    profileOf,
    profileIdOf: (slot) => wordAt(profileIds.values(), slot),
    pushedAtOf,
    textsOf: (slot) => foldTexts(detailsOf(slot)),
    textsHold(slot, part) {
      const texts = detailsOf(slot);
      if (isAscii(texts)) return indexOfFolded({ ...texts, end: texts.summaryEnd }, part) >= 0;
      return indexOf(foldTexts(texts), part) >= 0;
    },
    labelsOf: (slot) => unpackLabels(detailsOf(slot)),
    tagsOf(slot) {
      const start = tags.start(slot);
      return { memory: tags.memory(slot), start, end: start + tags.length(slot) };
    },
    tagCountOf,
    tagSpans: () => ({ oldest: oldestTag.values(), newest: newestTag.values() }),
    hitOf(slot) {
      const { bytes: memory, start: titleStart, titleEnd, summaryEnd } = detailsOf(slot);
      return {
        name: nameTextOf(slot),
        title: readText(memory, titleStart, titleEnd),
        summary: readText(memory, titleEnd + 1, summaryEnd),
        ...profileOf(slot),
        tagCount: tagCountOf(slot),
        pushedAtMs: pushedAtOf(slot),
      };
    },
    compareNames,
    comparePushes: (a, b) => pushedAtOf(b) - pushedAtOf(a) || compareNames(a, b),
  };
}

/** Title, summary and the ids of labels, with a byte that is in no text between them. */
interface Details extends Slice {
  readonly bytes: Buffer;
  readonly titleEnd: number;
  readonly summaryEnd: number;
}

function packDetails({ title, summary, labels }: Texts): Buffer {
  const ids = Buffer.alloc(labels.length * LABEL_BYTES);
  for (const [i, id] of labels.entries()) ids.writeUInt32LE(id, i * LABEL_BYTES);
  const between = Buffer.of(BETWEEN);
  return Buffer.concat([packText(title), between, packText(summary), between, ids]);
}

function packText(text: string | undefined): Buffer {
  return text === undefined ? Buffer.of(ABSENT) : encode(text);
}

function readText(bytes: Buffer, start: number, end: number): string | undefined {
  return byteAt(bytes, start) === ABSENT && end > start ? undefined : bytes.toString('utf8', start, end);
}

function unpackLabels({ bytes, summaryEnd, end }: Details): number[] {
  const labels = [];
  for (let at = summaryEnd + 1; at < end; at += LABEL_BYTES) labels.push(bytes.readUInt32LE(at));
  return labels;
}

/** Texts that are not ASCII are rare, and are read and folded as text. */
function foldTexts(details: Details): Slice {
  const { bytes, start, titleEnd, summaryEnd } = details;
  if (isAscii(details)) return sliceOf(bytes.subarray(start, summaryEnd).map(foldByte));
  const texts = [readText(bytes, start, titleEnd), readText(bytes, titleEnd + 1, summaryEnd)];
  return sliceOf(joinTexts(texts.map((text) => encode(fold(text ?? '')))));
}

function isAscii({ bytes, start, summaryEnd }: Details): boolean {
  for (let at = start; at < summaryEnd; at += 1) {
    const byte = byteAt(bytes, at);
    if (byte >= 0x80 && byte < ABSENT) return false;
  }
  return true;
}

/** Texts in one piece, so that what is found in it is in one of them. */
export function joinTexts(texts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(texts.flatMap((text, i) => (i === 0 ? [text] : [Buffer.of(BETWEEN), text])));
}
