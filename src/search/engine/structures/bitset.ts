import { wordAt } from './typed.ts';

/**
 * A set of slots as bits. Beside them stands one bit for each block of 1,024 slots, so that a set of few is emptied,
 * counted and intersected in proportion to what it holds.
 *
 * Invariant: a block without its bit is all zero. (One with it may be zero as well.)
 */
export interface SlotSet {
  words: Uint32Array;
  blocks: Uint32Array;
}

const BLOCK_BITS = 10;
export const BLOCK_WORDS = (1 << BLOCK_BITS) >>> 5;
/** Slots for which one word of `blocks` stands. */
const SPAN = 32 << BLOCK_BITS;
export const SPAN_WORDS = SPAN >>> 5;
/** A whole span is sooner emptied than so many of its blocks one by one. */
const MANY_BLOCKS = 4;

/** An empty set with room for at least so many slots. */
export function createSlotSet(slots: number): SlotSet {
  const spans = Math.max(1, Math.ceil(slots / SPAN));
  return { words: new Uint32Array((spans * SPAN) >>> 5), blocks: new Uint32Array(spans) };
}

/** Makes room for that slot. */
export function growTo(set: SlotSet, slot: number): void {
  if (slot >>> 5 < set.words.length) return;
  const grown = createSlotSet(Math.max(slot + 1, set.words.length * 36));
  grown.words.set(set.words);
  grown.blocks.set(set.blocks);
  set.words = grown.words;
  set.blocks = grown.blocks;
}

/** Does nothing with a slot that the set has no room for: see `growTo`. */
export function addSlot({ words, blocks }: SlotSet, slot: number): void {
  if (slot >>> 5 >= words.length) return;
  const before = wordAt(words, slot >>> 5);
  words[slot >>> 5] = before | (1 << (slot & 31));
  if (before === 0) blocks[slot >>> 15] = wordAt(blocks, slot >>> 15) | (1 << ((slot >>> BLOCK_BITS) & 31));
}

/** Adds slots that are in order, from `start` to `end` of an array, but for those that the set has no room for. */
export function addSlots({ words, blocks }: SlotSet, slots: Uint32Array, start: number, end: number): void {
  let left = end;
  while (left > start && wordAt(slots, left - 1) >>> 5 >= words.length) left -= 1;
  let block = -1;
  for (let at = start; at < left; at += 1) {
    const slot = wordAt(slots, at);
    words[slot >>> 5] = wordAt(words, slot >>> 5) | (1 << (slot & 31));
    if (slot >>> BLOCK_BITS === block) continue;
    block = slot >>> BLOCK_BITS;
    blocks[slot >>> 15] = wordAt(blocks, slot >>> 15) | (1 << (block & 31));
  }
}

export function deleteSlot({ words }: SlotSet, slot: number): void {
  if (slot >>> 5 < words.length) words[slot >>> 5] = wordAt(words, slot >>> 5) & ~(1 << (slot & 31));
}

/** The slot may be beyond those that the set has room for. */
export function hasSlot({ words }: SlotSet, slot: number): boolean {
  return (((words[slot >>> 5] ?? 0) >>> (slot & 31)) & 1) === 1;
}

export function clearSet(set: SlotSet): void {
  const { words, blocks } = set;
  for (let span = 0; span < blocks.length; span += 1) {
    const bits = wordAt(blocks, span);
    if (countBits(bits) > MANY_BLOCKS) words.fill(0, span * SPAN_WORDS, (span + 1) * SPAN_WORDS);
    else clearBlocks(words, span, bits);
    blocks[span] = 0;
  }
}

function clearBlocks(words: Uint32Array, span: number, blocks: number): void {
  for (let bits = blocks; bits !== 0; bits &= bits - 1) {
    const from = firstWord(span, bits);
    words.fill(0, from, from + BLOCK_WORDS);
  }
}

export function countSet({ words, blocks }: SlotSet): number {
  let count = 0;
  for (let span = 0; span < blocks.length; span += 1) {
    for (let bits = wordAt(blocks, span); bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      for (let at = from; at < from + BLOCK_WORDS; at += 1) count += countBits(wordAt(words, at));
    }
  }
  return count;
}

/** Adds 32 slots at once where `word` has bits, if the set has room for them. */
export function addWord({ words, blocks }: SlotSet, at: number, word: number): void {
  if (word === 0 || at >= words.length) return;
  words[at] = wordAt(words, at) | word;
  blocks[at >>> 10] = wordAt(blocks, at >>> 10) | (1 << ((at >>> 5) & 31));
}

/** All slots of the set, in order. */
export function slotsOf(set: SlotSet, count = countSet(set)): Uint32Array {
  const slots = new Uint32Array(count);
  const { words, blocks } = set;
  let found = 0;
  for (let span = 0; span < blocks.length; span += 1) {
    for (let bits = wordAt(blocks, span); bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      for (let at = from; at < from + BLOCK_WORDS; at += 1) {
        for (let rest = wordAt(words, at); rest !== 0; rest &= rest - 1) {
          slots[found] = (at << 5) + lowest(rest);
          found += 1;
        }
      }
    }
  }
  return slots;
}

/** The first word of the lowest block in `bits`, which are those of one span. */
export function firstWord(span: number, bits: number): number {
  return ((span << 5) + lowest(bits)) * BLOCK_WORDS;
}

/** The number of the lowest bit that is set. */
function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

export function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
