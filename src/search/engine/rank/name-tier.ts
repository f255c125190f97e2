import { isTermByte, SLASH } from '../index/fields.ts';
import { indexOf, type Slice } from '../structures/bytes.ts';
import { byteAt } from '../structures/typed.ts';
import { TIER, type Tier } from './tier.ts';

/** The best tier of `text` (not empty, folded) at any place in the name; undefined when it is nowhere. */
export function tierInName(name: Slice, text: Slice): Tier | undefined {
  let best: Tier | undefined;
  for (let at = indexOf(name, text); at >= 0; at = indexOf(name, text, at + 1)) {
    const tier = tierAt(name, at, at + text.end - text.start);
    if (best === undefined || tier < best) best = tier;
  }
  return best;
}

/** The tier of a piece of a name. */
export function tierAt({ bytes, start, end }: Slice, from: number, to: number): Tier {
  const isStart = from === start || byteAt(bytes, from - 1) === SLASH;
  if (!isStart) return isTermByte(byteAt(bytes, from - 1)) ? TIER.insideTerm : TIER.term;
  if (to === end) return from === start ? TIER.name : TIER.lastComponent;
  return byteAt(bytes, to) === SLASH ? TIER.component : TIER.prefix;
}
