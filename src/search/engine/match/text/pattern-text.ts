import { withoutMarks } from '../../../fold.ts';
import { ABSENT, BETWEEN } from '../../index/tokens.ts';
import { docTextsOf } from '../../rank/doc-tier.ts';
import { TIER, type Tier, tierAt } from '../../rank/match-tier.ts';
import type { Bitset } from '../../structures/bitset.ts';
import { copySet, intersect } from '../../structures/bitset.ts';
import { encode, type Slice, sliceOf } from '../../structures/bytes.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { createTextMatcher, type TextMatcher } from './text-matcher.ts';
import type { TextMatching } from './text-source.ts';
import { createVerifiedText } from './verified-text.ts';
import { createWildcards, type Wildcards } from './wildcards.ts';

/** A text with wildcards, folded. Marks make no difference. */
export function createPatternText(matching: TextMatching, text: string): TextMatcher {
  const { index } = matching;
  const wildcards = createWildcards(withoutMarks(text));
  const literals = wildcards.literals.map((literal) => createTextMatcher(matching, literal));
  const tier = (doc: number) => {
    const texts = docTextsOf(index, doc);
    if (!texts) return undefined;
    const inName = tierInName(texts.name, wildcards);
    return inName ?? (texts.others.some((other) => isIn(other, wildcards)) ? TIER.text : undefined);
  };
  return createVerifiedText(matching, {
    text,
    maxDocs: () => leastOf(literals, index.repositories.end()),
    candidates: (within) => holdersOf(matching, literals, within),
    tier,
  });
}

function* leastOf(literals: readonly TextMatcher[], all: number): Steps<number> {
  let least = all;
  for (const { maxDocs } of literals) least = Math.min(least, yield* maxDocs());
  return least;
}

function* holdersOf({ sets }: TextMatching, literals: readonly TextMatcher[], within: Bitset): Steps<Bitset> {
  const found = sets.take();
  copySet(found, within);
  for (const { collect } of literals) {
    const holders = sets.take();
    yield* collect(holders, found);
    intersect(found, holders);
  }
  return found;
}

/** How the best of all fits in a name fits it. */
function tierInName(name: Slice, { find }: Wildcards): Tier | undefined {
  const text = textOf(name);
  let best: Tier | undefined;
  for (let fit = find(text); fit; fit = find(text, fit.start + 1)) {
    const start = sliceOf(encode(text.slice(0, fit.start))).end;
    const tier = tierAt(name, name.start + start, name.start + start + encode(text.slice(fit.start, fit.end)).length);
    if (best === undefined || tier < best) best = tier;
  }
  return best;
}

/** Texts in one piece are looked at one by one. */
function isIn({ bytes, start, end }: Slice, { find }: Wildcards): boolean {
  for (let from = start; from < end; ) {
    const at = bytes.subarray(from, end).findIndex((byte) => byte === BETWEEN || byte === ABSENT);
    const to = at < 0 ? end : from + at;
    if (find(textOf({ bytes, start: from, end: to }))) return true;
    from = to + 1;
  }
  return false;
}

function textOf({ bytes, start, end }: Slice): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}
