import { type Fit, levelOf } from '../rank/level.ts';
import type { TierMatches } from '../rank/tier.ts';
import { type Bitset, putDoc } from '../structures/bitset.ts';
import type { Steps } from '../structures/scheduler.ts';

/**
 * One condition. It estimates for how many docs it holds, collects them from the lists of the index, and decides a
 * single doc from its content. The last two must agree: a doc that was written while others were collected is decided
 * at the end, so `matches` must keep nothing of the index from before.
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

/** At most so many docs fulfil one of several conditions. */
export function* sumOfMaxDocs(matchers: readonly Pick<Matcher, 'maxDocs'>[]): Steps<number> {
  let sum = 0;
  for (const matcher of matchers) sum += yield* matcher.maxDocs();
  return sum;
}

/** Adds every doc of `within` that fulfils one of several conditions, as `collect` does. */
export function* collectEach(
  matchers: readonly Pick<Matcher, 'collect'>[],
  target: Bitset,
  within: Bitset,
): Steps<void> {
  for (const matcher of matchers) yield* matcher.collect(target, within);
}

/** Every doc that a query asks for, exactly. */
export interface Found {
  readonly all: Bitset;
  /** The level of each, where they are few: see `levelOf`. */
  readonly levels: Map<number, number> | undefined;
  /** Or else the tiers of each text of the query; what they say of docs that are not in `all` does not count. */
  readonly texts: readonly TierMatches[];
  /** What is put back. */
  readonly demoted: Matcher | undefined;
  /** Takes over what was written since. */
  recheck(): Steps<void>;
}

/** Makes this what is true of a doc: how it fits, or undefined where it is not asked for. */
export function recheckFound({ all, levels, texts }: Omit<Found, 'recheck'>, doc: number, fit: Fit | undefined): void {
  putDoc(all, doc, fit !== undefined);
  if (fit) levels?.set(doc, levelOf(fit));
  else levels?.delete(doc);
  for (const [i, tier] of (fit?.tiers ?? []).entries()) texts[i]?.update(doc, tier);
}
