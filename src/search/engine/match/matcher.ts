import type { Tier, TierMatches } from '../rank/match-tier.ts';
import { addDoc, countDocs, deleteDoc, growTo, type Bitset } from '../structures/bitset.ts';
import type { Steps } from '../structures/scheduler.ts';

/**
 * One condition, in two ways that must agree: from the lists of the index for all repositories, and from the content
 * of a single one. The second is for docs that were written while the first was under way, and must therefore hold
 * nothing of the index from before.
 */
export interface Matcher {
  /** For how many docs the condition holds at most, as far as lists say it without being looked through. */
  most(): Steps<number>;
  /**
   * Adds every doc of `within` for which the condition holds; it may add others for which it holds as well. Docs
   * written meanwhile may be missing, or be in it wrongly.
   */
  fill(target: Bitset, within: Bitset): Steps<void>;
  /** Whether the condition holds for a live doc as it is now. */
  holds(doc: number): boolean;
}

/** Every doc that a query asks for, exactly. */
export type Found =
  /** By doc, how well it fits: as badly as the worst of the query's texts. */
  | { readonly kind: 'few'; readonly fits: Map<number, number> }
  /** `texts` say how well each text of the query fits; what they say of docs that are not in `all` does not count. */
  | { readonly kind: 'many'; readonly all: Bitset; readonly texts: readonly TierMatches[] };

/** Fits all as well where there is no text to fit. */
const NO_TEXT = 0;

export function totalOf(found: Found): number {
  return found.kind === 'few' ? found.fits.size : countDocs(found.all);
}

/** Makes this what is true of a doc: how each text fits it, or undefined where it is not asked for. */
export function correctFound(found: Found, doc: number, fits: readonly Tier[] | undefined): void {
  if (found.kind === 'many') correctMany(found, doc, fits);
  else if (fits) found.fits.set(doc, Math.max(NO_TEXT, ...fits));
  else found.fits.delete(doc);
}

function correctMany(
  { all, texts }: Extract<Found, { kind: 'many' }>,
  doc: number,
  fits: readonly Tier[] | undefined,
): void {
  growTo(all, doc);
  if (fits) addDoc(all, doc);
  else deleteDoc(all, doc);
  for (const [i, tier] of (fits ?? []).entries()) texts[i]?.correct(doc, tier);
}
