import { type Bitset, BLOCK_WORDS, countBits, firstWord, SPAN_WORDS } from './bitset.ts';
import { wordAt } from './typed.ts';

/** target = other, as far as the target has room, which is empty: quicker than `unite`. */
export function copySet(target: Bitset, other: Bitset): void {
  const spans = Math.min(target.blocks.length, other.blocks.length);
  for (let span = 0; span < spans; span += 1) {
    if (other.blocks[span] === 0) continue;
    const from = span * SPAN_WORDS;
    target.words.set(other.words.subarray(from, from + SPAN_WORDS), from);
    target.blocks[span] = wordAt(other.blocks, span);
  }
}

/** target = target ∪ other, as far as the target has room. */
export function unite(target: Bitset, other: Bitset): void {
  const { words } = target;
  const spans = Math.min(target.blocks.length, other.blocks.length);
  for (let span = 0; span < spans; span += 1) {
    const blocks = wordAt(other.blocks, span);
    if (blocks === 0) continue;
    target.blocks[span] = wordAt(target.blocks, span) | blocks;
    for (let bits = blocks; bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      for (let at = from; at < from + BLOCK_WORDS; at += 1) words[at] = wordAt(words, at) | wordAt(other.words, at);
    }
  }
}

/** target = target ∩ other. */
export function intersect(target: Bitset, other: Bitset): void {
  const { words, blocks } = target;
  for (let span = 0; span < blocks.length; span += 1) {
    const kept = wordAt(blocks, span) & (other.blocks[span] ?? 0);
    for (let bits = wordAt(blocks, span); bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      if ((kept & bits & -bits) === 0) words.fill(0, from, from + BLOCK_WORDS);
      else
        for (let at = from; at < from + BLOCK_WORDS; at += 1) words[at] = wordAt(words, at) & wordAt(other.words, at);
    }
    blocks[span] = kept;
  }
}

/** target = target \ other. */
export function subtract(target: Bitset, other: Bitset): void {
  const { words, blocks } = target;
  for (let span = 0; span < blocks.length; span += 1) {
    for (let bits = wordAt(blocks, span) & (other.blocks[span] ?? 0); bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      for (let at = from; at < from + BLOCK_WORDS; at += 1) words[at] = wordAt(words, at) & ~wordAt(other.words, at);
    }
  }
}

/** Moves what two sets have in common out of the first to a target, which is empty; says how many docs that are. */
export function moveCommon(source: Bitset, other: Bitset, target: Bitset): number {
  const { words } = source;
  const spans = Math.min(source.blocks.length, other.blocks.length, target.blocks.length);
  let count = 0;
  for (let span = 0; span < spans; span += 1) {
    const blocks = wordAt(source.blocks, span) & wordAt(other.blocks, span);
    target.blocks[span] = blocks;
    for (let bits = blocks; bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      for (let at = from; at < from + BLOCK_WORDS; at += 1) {
        const common = wordAt(words, at) & wordAt(other.words, at);
        if (common === 0) continue;
        target.words[at] = common;
        words[at] = wordAt(words, at) ^ common;
        count += countBits(common);
      }
    }
  }
  return count;
}
