import { withoutMarks } from '../../../fold.ts';
import { tierAt } from '../../rank/name-tier.ts';
import { TIER, type Tier } from '../../rank/tier.ts';
import { type Bitset, copySet, intersect } from '../../structures/bitset.ts';
import { decodeBytes, encode, type Slice } from '../../structures/bytes.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { createTextMatcher } from './text-matcher.ts';
import type { TextMatcher, TextMatching } from './text-source.ts';
import { createVerifiedText } from './verified-text.ts';
import { createWildcards, literalsOf, type Wildcards } from './wildcards.ts';

/** A part of a name with wildcards, folded. Names have no marks. */
export function createPatternText(matching: TextMatching, text: string): TextMatcher {
  const { repositories } = matching.index;
  const pattern = withoutMarks(text);
  const literals = literalsOf(pattern).map((literal) => createTextMatcher(matching, literal));
  // Bytes of names are read as characters, which they are.
  const wildcards = createWildcards(encode(pattern).toString('latin1'));
  return createVerifiedText(matching, {
    text,
    maxDocs: () => leastOf(literals, repositories.end()),
    candidates: (within) => holdersOf(matching, literals, within),
    tier: (doc) => bestTier(repositories.nameOf(doc), wildcards),
  });
}

function* leastOf(literals: readonly TextMatcher[], all: number): Steps<number> {
  let least = all;
  for (const { maxDocs } of literals) least = Math.min(least, yield* maxDocs());
  return least;
}

/** To look for more of them takes longer than to look at what has the first. */
const MAX_LITERALS = 3;

function* holdersOf({ sets }: TextMatching, literals: readonly TextMatcher[], within: Bitset): Steps<Bitset> {
  const found = sets.take();
  copySet(found, within);
  for (const { collect } of literals.slice(0, MAX_LITERALS)) {
    const holders = sets.take();
    yield* collect(holders, found);
    intersect(found, holders);
  }
  return found;
}

/** The best tier of all places in a name that a pattern fits: it is better where a component begins than elsewhere. */
function bestTier(name: Slice, { find }: Wildcards): Tier | undefined {
  const text = decodeBytes(name);
  let best: Tier | undefined;
  for (let fit = find(text); fit; ) {
    const tier = tierAt(name, name.start + fit.start, name.start + fit.end);
    if (best === undefined || tier < best) best = tier;
    const component = text.indexOf('/', fit.start) + 1;
    if (best <= TIER.term && component === 0) break;
    fit = find(text, best <= TIER.term ? component : fit.start + 1);
  }
  return best;
}
