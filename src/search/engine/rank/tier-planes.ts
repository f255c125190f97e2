import { type Bitset, BLOCK_WORDS, firstWord, hasDoc, putDoc, subtract, unite } from '../structures/bitset.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import { uint32At } from '../structures/typed.ts';
import type { Tier, TierMatches } from './tier.ts';

/** The tier of one text for every doc, in four bits each: little to keep, and quick to take a tier's docs out of. */
export interface TierPlanes extends TierMatches {
  /** Makes this the tier of all docs of a set, but for those there is no room for. */
  write(set: Bitset, tier: Tier): void;
  /** Adds all that hold the text. */
  addAll(target: Bitset): void;
  matches(doc: number): boolean;
}

export const BITS_A_DOC = 4;

/** Each has room for every doc that has a tier. */
type Planes = readonly [Bitset, Bitset, Bitset, Bitset];

/** In sets of `sets`, which are in use as long as the planes are. */
export function createTierPlanes({ take }: Pick<Bitsets, 'take'>): TierPlanes {
  const planes: Planes = [take(), take(), take(), take()];
  /** Those that some doc may have. */
  const tiers = new Set<Tier>();
  return {
    write(set, tier) {
      tiers.add(tier);
      for (const [bit, plane] of planes.entries()) {
        if (hasBit(tier, bit)) unite(plane, set);
        else subtract(plane, set);
      }
    },
    addAll(target) {
      for (const plane of planes) unite(target, plane);
    },
    matches: (doc) => planes.some((plane) => hasDoc(plane, doc)),
    addTier(target, tier) {
      if (tiers.has(tier)) addCommon(target, planes, tier);
      return tiers.has(tier);
    },
    update(doc, tier) {
      if (tier !== undefined) tiers.add(tier);
      for (const [bit, plane] of planes.entries()) putDoc(plane, doc, tier !== undefined && hasBit(tier, bit));
    },
  };
}

/** Docs that do not hold the text have no bit at all. */
function hasBit(tier: Tier, bit: number): boolean {
  return (((tier + 1) >>> bit) & 1) === 1;
}

/** Adds the docs that have just the bits of a tier. */
function addCommon(target: Bitset, planes: Planes, tier: Tier): void {
  const [{ words: first }, { words: second }, { words: third }, { words: fourth }] = planes;
  const [flip0, flip1, flip2, flip3] = [flipOf(tier, 0), flipOf(tier, 1), flipOf(tier, 2), flipOf(tier, 3)];
  const having = planes.filter((_, bit) => hasBit(tier, bit));
  const { words, blocks } = target;
  const spans = Math.min(blocks.length, ...planes.map((plane) => plane.blocks.length));
  for (let span = 0; span < spans; span += 1) {
    let added = uint32At(blocks, span);
    for (let bits = commonBlocks(having, span); bits !== 0; bits &= bits - 1) {
      const from = firstWord(span, bits);
      let any = 0;
      for (let at = from; at < from + BLOCK_WORDS; at += 1) {
        const low = (uint32At(first, at) ^ flip0) & (uint32At(second, at) ^ flip1);
        const high = (uint32At(third, at) ^ flip2) & (uint32At(fourth, at) ^ flip3);
        words[at] = uint32At(words, at) | (low & high);
        any |= low & high;
      }
      if (any !== 0) added |= bits & -bits;
    }
    blocks[span] = added;
  }
}

function commonBlocks(sets: readonly Bitset[], span: number): number {
  return sets.reduce((common, { blocks }) => common & uint32At(blocks, span), -1);
}

/** All ones where docs of the tier lack the bit. */
function flipOf(tier: Tier, bit: number): number {
  return hasBit(tier, bit) ? 0 : -1;
}
