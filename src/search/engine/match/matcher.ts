import type { Tier, TierMatches } from '../rank/match-tier.ts';
import { addDoc, type Bitset, countDocs, deleteDoc, growTo } from '../structures/bitset.ts';
import type { Steps } from '../structures/scheduler.ts';

/**
 * One condition, in two ways that must agree: from the lists of the index for all repositories, and from the content
 * of a single one. The second is for docs that were written while the first was under way, and must therefore hold
 * nothing of the index from before.
 */
export interface Matcher {
  /** For how many docs the condition holds at most, as far as lists say it without being looked through. */
  maxDocs(): Steps<number>;
  /**
   * Adds every doc of `within` for which the condition holds; it may add others for which it holds as well. Docs
   * written meanwhile may be missing, or be in it wrongly.
   */
  collect(target: Bitset, within: Bitset): Steps<void>;
  /** Whether the condition holds for a live doc as it is now. */
  matches(doc: number): boolean;
}

/** Every doc that a query asks for, exactly. */
export type Found =
  /** By doc, how well it fits: as badly as the worst of the query's texts. */
  | { readonly kind: 'sparse'; readonly tiers: Map<number, number> }
  /** `texts` say how well each text of the query fits; what they say of docs that are not in `all` does not count. */
  | { readonly kind: 'dense'; readonly all: Bitset; readonly texts: readonly TierMatches[] };

/** Fits all as well where there is no text to fit. */
const NO_TEXT = 0;

export function totalOf(found: Found): number {
  return found.kind === 'sparse' ? found.tiers.size : countDocs(found.all);
}

/** Makes this what is true of a doc: how each text fits it, or undefined where it is not asked for. */
export function recheckFound(found: Found, doc: number, tiers: readonly Tier[] | undefined): void {
  if (found.kind === 'dense') recheckDense(found, doc, tiers);
  else if (tiers) found.tiers.set(doc, Math.max(NO_TEXT, ...tiers));
  else found.tiers.delete(doc);
}

function recheckDense(
  { all, texts }: Extract<Found, { kind: 'dense' }>,
  doc: number,
  tiers: readonly Tier[] | undefined,
): void {
  growTo(all, doc);
  if (tiers) addDoc(all, doc);
  else deleteDoc(all, doc);
  for (const [i, tier] of (tiers ?? []).entries()) texts[i]?.update(doc, tier);
}
