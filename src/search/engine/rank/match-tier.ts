import { FIELD, type Field, isTermByte, SLASH } from '../index/fields.ts';
import { indexOf, type Slice } from '../structures/bytes.ts';
import { byteAt } from '../structures/typed.ts';
import { TIER, type Tier } from './tier.ts';

/**
 * The best fit of `text` (not empty, folded) at any place in the name; undefined when it is nowhere. Where it is known
 * that no fit can be better than one, nothing better is looked for.
 */
export function tierInName(name: Slice, text: Slice, bestPossible: Tier = TIER.name): Tier | undefined {
  let best: Tier | undefined;
  for (let at = indexOf(name, text); at >= 0; at = indexOf(name, text, at + 1)) {
    const tier = tierAt(name, at, at + text.end - text.start);
    if (best === undefined || tier < best) best = tier;
    if (best <= bestPossible) break;
  }
  return best;
}

/** How a piece of a name fits it. */
export function tierAt({ bytes, start, end }: Slice, from: number, to: number): Tier {
  const isStart = from === start || byteAt(bytes, from - 1) === SLASH;
  if (!isStart) return isTermByte(byteAt(bytes, from - 1)) ? TIER.insideTerm : TIER.term;
  if (to === end) return from === start ? TIER.name : TIER.lastComponent;
  return byteAt(bytes, to) === SLASH ? TIER.component : TIER.prefix;
}

/** How a text that is part of a term fits docs that have the term: what `tierInName` finds, but for TIER.name. */
export function tierOfTerm(field: Field, part: TermPart): Tier {
  if (field === FIELD.text) return TIER.text;
  if (field === FIELD.address) return TIER.address;
  if (part === 'inside') return TIER.insideTerm;
  if (field === FIELD.nameTerm) return TIER.term;
  if (part === 'start' || field === FIELD.componentStart) return TIER.prefix;
  return field === FIELD.lastComponent ? TIER.lastComponent : TIER.component;
}

/** Which part of a term a text is. */
export type TermPart = 'whole' | 'start' | 'inside';
