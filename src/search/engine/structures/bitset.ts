import type { Archive } from '../../archive.ts';
import { uint32At } from './typed.ts';

/**
 * A set of docs as bits, with one more bit for each block of 1,024 docs, so that the time to count or intersect a set
 * of few docs depends on what it holds.
 *
 * Invariant: a block without its bit is all zero. (One with it may be zero as well.)
 */
export interface Bitset {
  words: Uint32Array;
  blocks: Uint32Array;
}

const BLOCK_BITS = 10;
/** Docs of a block. */
export const BLOCK = 1 << BLOCK_BITS;
export const BLOCK_WORDS = BLOCK >>> 5;
/** Docs for which one word of `blocks` stands. */
const SPAN = 32 << BLOCK_BITS;
export const SPAN_WORDS = SPAN >>> 5;

/** An empty set with room for so many docs or more. */
export function createBitset(docs: number): Bitset {
  const spans = Math.max(1, Math.ceil(docs / SPAN));
  return { words: new Uint32Array((spans * SPAN) >>> 5), blocks: new Uint32Array(spans) };
}

export function serializeBitset(set: Bitset, archive: Archive): void {
  set.words = archive.uint32s(set.words);
  set.blocks = archive.uint32s(set.blocks);
}

/** Makes room for a doc. */
export function growTo(set: Bitset, doc: number): void {
  if (doc >>> 5 < set.words.length) return;
  const grown = createBitset(Math.max(doc + 1, set.words.length * 36));
  grown.words.set(set.words);
  grown.blocks.set(set.blocks);
  set.words = grown.words;
  set.blocks = grown.blocks;
}

/** Ignores a doc that the set has no room for: see `growTo`. */
export function addDoc({ words, blocks }: Bitset, doc: number): void {
  if (doc >>> 5 >= words.length) return;
  const before = uint32At(words, doc >>> 5);
  words[doc >>> 5] = before | (1 << (doc & 31));
  if (before === 0) blocks[doc >>> 15] = uint32At(blocks, doc >>> 15) | (1 << ((doc >>> BLOCK_BITS) & 31));
}

/** Adds sorted docs, from `start` to `end` of an array; ignores those that the set has no room for. */
export function addDocs({ words, blocks }: Bitset, docs: Uint32Array, start: number, end: number): void {
  let left = end;
  while (left > start && uint32At(docs, left - 1) >>> 5 >= words.length) left -= 1;
  let block = -1;
  for (let at = start; at < left; at += 1) {
    const doc = uint32At(docs, at);
    words[doc >>> 5] = uint32At(words, doc >>> 5) | (1 << (doc & 31));
    if (doc >>> BLOCK_BITS === block) continue;
    block = doc >>> BLOCK_BITS;
    blocks[doc >>> 15] = uint32At(blocks, doc >>> 15) | (1 << (block & 31));
  }
}

/** Adds docs in any order; ignores those that the set has no room for. */
export function addAll(set: Bitset, docs: Uint32Array): void {
  for (let at = 0; at < docs.length; at += 1) addDoc(set, uint32At(docs, at));
}

export function deleteDoc({ words }: Bitset, doc: number): void {
  if (doc >>> 5 < words.length) words[doc >>> 5] = uint32At(words, doc >>> 5) & ~(1 << (doc & 31));
}

/** Adds a doc, for which room is made, or takes it out. */
export function putDoc(set: Bitset, doc: number, isIn: boolean): void {
  growTo(set, doc);
  if (isIn) addDoc(set, doc);
  else deleteDoc(set, doc);
}

/** The doc may be beyond those that the set has room for. */
export function hasDoc({ words }: Bitset, doc: number): boolean {
  return (((words[doc >>> 5] ?? 0) >>> (doc & 31)) & 1) === 1;
}

export function clearBitset({ words, blocks }: Bitset): void {
  for (let span = 0; span < blocks.length; span += 1) {
    if (blocks[span] !== 0) words.fill(0, span * SPAN_WORDS, (span + 1) * SPAN_WORDS);
    blocks[span] = 0;
  }
}

export function countDocs({ words, blocks }: Bitset): number {
  let count = 0;
  for (let span = 0; span < blocks.length; span += 1) {
    for (let bits = uint32At(blocks, span); bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      for (let at = from; at < from + BLOCK_WORDS; at += 1) count += countBits(uint32At(words, at));
    }
  }
  return count;
}

/** Whether it has fewer docs than that; counts no further, and so takes as long for large sets as for small ones. */
export function hasFewerDocs({ words, blocks }: Bitset, than: number): boolean {
  let count = 0;
  for (let span = 0; span < blocks.length; span += 1) {
    for (let bits = uint32At(blocks, span); bits !== 0; bits &= bits - 1) {
      if (count >= than) return false;
      const from = firstWord(span, bits);
      for (let at = from; at < from + BLOCK_WORDS; at += 1) count += countBits(uint32At(words, at));
    }
  }
  return count < than;
}

/** How many docs two sets have in common. */
export function countCommon(one: Bitset, other: Bitset): number {
  const spans = Math.min(one.blocks.length, other.blocks.length);
  let count = 0;
  for (let span = 0; span < spans; span += 1) {
    for (let bits = uint32At(one.blocks, span) & uint32At(other.blocks, span); bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      for (let at = from; at < from + BLOCK_WORDS; at += 1) {
        count += countBits(uint32At(one.words, at) & uint32At(other.words, at));
      }
    }
  }
  return count;
}

/** Whether two sets have a doc in common. */
export function haveCommon(one: Bitset, other: Bitset): boolean {
  const spans = Math.min(one.blocks.length, other.blocks.length);
  for (let span = 0; span < spans; span += 1) {
    for (let bits = uint32At(one.blocks, span) & uint32At(other.blocks, span); bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      for (let at = from; at < from + BLOCK_WORDS; at += 1) {
        if ((uint32At(one.words, at) & uint32At(other.words, at)) !== 0) return true;
      }
    }
  }
  return false;
}

/** Adds the docs of 32 that `word` has bits for, if the set has room for them. */
function addWord({ words, blocks }: Bitset, at: number, word: number): void {
  if (word === 0 || at >= words.length) return;
  words[at] = uint32At(words, at) | word;
  blocks[at >>> 10] = uint32At(blocks, at >>> 10) | (1 << ((at >>> 5) & 31));
}

/** All docs of the set, in order. */
export function docsOf(set: Bitset, count = countDocs(set)): Uint32Array {
  const docs = new Uint32Array(count);
  const { words, blocks } = set;
  let found = 0;
  for (let span = 0; span < blocks.length; span += 1) {
    for (let bits = uint32At(blocks, span); bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      for (let at = from; at < from + BLOCK_WORDS; at += 1) {
        for (let rest = uint32At(words, at); rest !== 0; rest &= rest - 1) {
          docs[found] = (at << 5) + lowestBit(rest);
          found += 1;
        }
      }
    }
  }
  return docs;
}

/** The first word of the lowest block in `bits`, which are those of one span. */
export function firstWord(span: number, bits: number): number {
  return ((span << 5) + lowestBit(bits)) * BLOCK_WORDS;
}

/** The number of the lowest bit that is set. */
export function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

export function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** target = other, as far as the target has room; the target is empty. Quicker than `unite`. */
export function copySet(target: Bitset, other: Bitset): void {
  const spans = Math.min(target.blocks.length, other.blocks.length);
  for (let span = 0; span < spans; span += 1) {
    if (other.blocks[span] === 0) continue;
    const from = span * SPAN_WORDS;
    target.words.set(other.words.subarray(from, from + SPAN_WORDS), from);
    target.blocks[span] = uint32At(other.blocks, span);
  }
}

/** Docs from the first to before the second; both are the first of a block. */
export type Range = readonly [from: number, to: number];

/** A range that has all docs of a set; an empty one for an empty set. */
export function rangeOf({ blocks }: Bitset): Range {
  let from = 0;
  let to = blocks.length;
  while (from < to && uint32At(blocks, from) === 0) from += 1;
  while (to > from && uint32At(blocks, to - 1) === 0) to -= 1;
  if (from === to) return [0, 0];
  const [first, last] = [uint32At(blocks, from), uint32At(blocks, to - 1)];
  return [from * SPAN + (lowestBit(first) << BLOCK_BITS), to * SPAN - (Math.clz32(last) << BLOCK_BITS)];
}

/** Adds the docs of a range to a set that has room for them; returns the set. */
export function addRange(target: Bitset, other: Bitset, [from, to]: Range): Bitset {
  for (let block = from >>> BLOCK_BITS; block < to >>> BLOCK_BITS; block += 1) {
    const bit = 1 << (block & 31);
    if ((uint32At(other.blocks, block >>> 5) & bit) === 0) continue;
    target.blocks[block >>> 5] = uint32At(target.blocks, block >>> 5) | bit;
    const first = block * BLOCK_WORDS;
    for (let at = first; at < first + BLOCK_WORDS; at += 1) {
      target.words[at] = uint32At(target.words, at) | uint32At(other.words, at);
    }
  }
  return target;
}

/** target = target ∪ other, as far as the target has room. */
export function unite(target: Bitset, other: Bitset): void {
  const { words } = target;
  const spans = Math.min(target.blocks.length, other.blocks.length);
  for (let span = 0; span < spans; span += 1) {
    const blocks = uint32At(other.blocks, span);
    if (blocks === 0) continue;
    target.blocks[span] = uint32At(target.blocks, span) | blocks;
    for (let bits = blocks; bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      for (let at = from; at < from + BLOCK_WORDS; at += 1) words[at] = uint32At(words, at) | uint32At(other.words, at);
    }
  }
}

/** target = target ∪ (one ∩ other), as far as the target has room. */
export function uniteCommon(target: Bitset, one: Bitset, other: Bitset): void {
  const { words, blocks } = target;
  const spans = Math.min(blocks.length, one.blocks.length, other.blocks.length);
  for (let span = 0; span < spans; span += 1) {
    let added = uint32At(blocks, span);
    for (let bits = uint32At(one.blocks, span) & uint32At(other.blocks, span); bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      let any = 0;
      for (let at = from; at < from + BLOCK_WORDS; at += 1) {
        const common = uint32At(one.words, at) & uint32At(other.words, at);
        words[at] = uint32At(words, at) | common;
        any |= common;
      }
      if (any !== 0) added |= bits & -bits;
    }
    blocks[span] = added;
  }
}

/** target = target ∩ other. */
export function intersect(target: Bitset, other: Bitset): void {
  const { words, blocks } = target;
  for (let span = 0; span < blocks.length; span += 1) {
    let kept = uint32At(blocks, span) & (other.blocks[span] ?? 0);
    for (let bits = uint32At(blocks, span); bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      if ((kept & bits & -bits) === 0) {
        words.fill(0, from, from + BLOCK_WORDS);
        continue;
      }
      let common = 0;
      for (let at = from; at < from + BLOCK_WORDS; at += 1) {
        const word = uint32At(words, at) & uint32At(other.words, at);
        words[at] = word;
        common |= word;
      }
      if (common === 0) kept ^= bits & -bits;
    }
    blocks[span] = kept;
  }
}

/** target = target \ other. */
export function subtract(target: Bitset, other: Bitset): void {
  const { words, blocks } = target;
  const spans = Math.min(blocks.length, other.blocks.length);
  for (let span = 0; span < spans; span += 1) {
    let kept = uint32At(blocks, span);
    for (let bits = kept & uint32At(other.blocks, span); bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      let left = 0;
      for (let at = from; at < from + BLOCK_WORDS; at += 1) {
        const word = uint32At(words, at) & ~uint32At(other.words, at);
        words[at] = word;
        left |= word;
      }
      if (left === 0) kept ^= bits & -bits;
    }
    blocks[span] = kept;
  }
}

/** Moves what two sets have in common from the first to an empty target; returns whether that is anything. */
export function moveCommon(source: Bitset, other: Bitset, target: Bitset): boolean {
  const { words } = source;
  const spans = Math.min(source.blocks.length, other.blocks.length, target.blocks.length);
  let movedAny = 0;
  for (let span = 0; span < spans; span += 1) {
    let moved = 0;
    let kept = uint32At(source.blocks, span);
    for (let bits = kept & uint32At(other.blocks, span); bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      let [common, left] = [0, 0];
      for (let at = from; at < from + BLOCK_WORDS; at += 1) {
        const word = uint32At(words, at);
        const shared = word & uint32At(other.words, at);
        if (shared !== 0) {
          target.words[at] = shared;
          words[at] = word ^ shared;
        }
        common |= shared;
        left |= word ^ shared;
      }
      if (common !== 0) moved |= bits & -bits;
      if (left === 0) kept ^= bits & -bits;
    }
    target.blocks[span] = moved;
    source.blocks[span] = kept;
    movedAny |= moved;
  }
  return movedAny !== 0;
}

/** Whether a set holds any doc. */
export function isEmpty({ words, blocks }: Bitset): boolean {
  for (let span = 0; span < blocks.length; span += 1) {
    for (let bits = uint32At(blocks, span); bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      for (let at = from; at < from + BLOCK_WORDS; at += 1) if (uint32At(words, at) !== 0) return false;
    }
  }
  return true;
}

/** Visits the docs of a span, of 32,768 docs in a row, in order. */
export function visitSpan({ words, blocks }: Bitset, span: number, visit: (doc: number) => void): void {
  for (let bits = uint32At(blocks, span); bits !== 0; bits &= bits - 1) {
    const from = firstWord(span, bits);
    for (let at = from; at < from + BLOCK_WORDS; at += 1) {
      for (let rest = uint32At(words, at); rest !== 0; rest &= rest - 1) visit((at << 5) + lowestBit(rest));
    }
  }
}

export interface SpanTest {
  /** The number of 32,768 docs in a row. */
  readonly span: number;
  readonly isWanted: (doc: number) => boolean;
}

/** Moves the docs of a span for which a test holds from one set to another, as far as that has room. */
export function moveWhere({ words, blocks }: Bitset, { span, isWanted }: SpanTest, target: Bitset): void {
  for (let bits = uint32At(blocks, span); bits !== 0; bits &= bits - 1) {
    const from = firstWord(span, bits);
    for (let at = from; at < from + BLOCK_WORDS; at += 1) {
      let found = 0;
      for (let rest = uint32At(words, at); rest !== 0; rest &= rest - 1) {
        if (isWanted((at << 5) + lowestBit(rest))) found |= rest & -rest;
      }
      words[at] = uint32At(words, at) ^ found;
      addWord(target, at, found);
    }
  }
}
