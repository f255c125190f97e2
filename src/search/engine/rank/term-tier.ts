import { FIELD, type Field } from '../index/fields.ts';
import { TIER, type Tier } from './tier.ts';

/** The tier of a text that is part of a term, for docs that have the term in this field; no term says TIER.name. */
export function tierOfTerm(field: Field, which: TermPart): Tier {
  if (field === FIELD.text) return TIER.text;
  if (field === FIELD.address) return TIER.address;
  if (which === 'inside') return TIER.insideTerm;
  if (field === FIELD.nameTerm) return TIER.term;
  if (which === 'start' || field === FIELD.componentStart) return TIER.prefix;
  return field === FIELD.lastComponent ? TIER.lastComponent : TIER.component;
}

/** Which part of a term a text is. */
export type TermPart = 'whole' | 'start' | 'inside';
