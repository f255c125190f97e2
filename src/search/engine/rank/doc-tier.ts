import type { InvertedIndex } from '../index/inverted-index.ts';
import { hasDoc } from '../structures/bitset.ts';
import { indexOf, type Slice } from '../structures/bytes.ts';
import { TIER, type Tier, tierInName } from './match-tier.ts';

/** How a text fits a doc as it is now; undefined where the doc does not hold it. */
export function tierOfDoc(index: InvertedIndex, doc: number, part: Slice): Tier | undefined {
  return tierInName(index.repositories.nameOf(doc), part) ?? tierInTexts(index, doc, part);
}

/** The same of all that it has beside its name. */
export function tierInTexts({ repositories, labels }: InvertedIndex, doc: number, part: Slice): Tier | undefined {
  if (!repositories.isLive(doc)) return undefined;
  if (repositories.textsHold(doc, part)) return TIER.text;
  return repositories.labelsOf(doc).some((id) => indexOf(labels.names.at(id), part) >= 0) ? TIER.text : undefined;
}

/** All texts of a live doc, folded: what `tierOfDoc` looks at. Good until the next write. */
export interface DocTexts {
  readonly name: Slice;
  readonly others: readonly Slice[];
}

/** Undefined for a doc that is not there. */
export function docTextsOf({ repositories, labels, live }: InvertedIndex, doc: number): DocTexts | undefined {
  if (!hasDoc(live, doc)) return undefined;
  const labelTexts = repositories.labelsOf(doc).map((id) => labels.names.at(id));
  return { name: repositories.nameOf(doc), others: [repositories.textsOf(doc), ...labelTexts] };
}

/** The same as `tierOfDoc` of the doc they are of, for who asks for many parts. */
export function tierOfTexts({ name, others }: DocTexts, part: Slice): Tier | undefined {
  return tierInName(name, part) ?? (others.some((text) => indexOf(text, part) >= 0) ? TIER.text : undefined);
}
