import type { InvertedIndex } from '../index/inverted-index.ts';
import { isAddress, labelValueOf } from '../index/label-text.ts';
import type { DocTexts } from '../index/text-postings.ts';
import { indexOf, type Slice } from '../structures/bytes.ts';
import { tierInName } from './name-tier.ts';
import { TIER, type Tier } from './tier.ts';

/** The tier of a text for a doc as it is now; undefined where the doc does not hold it. */
export function tierOfDoc(index: InvertedIndex, doc: number, sought: Slice): Tier | undefined {
  return tierInName(index.repositories.nameOf(doc), sought) ?? tierInTexts(index, doc, sought);
}

/** The tier of a text by all that a doc has beside its name; undefined where that does not hold it. */
export function tierInTexts(index: InvertedIndex, doc: number, sought: Slice): Tier | undefined {
  if (!index.repositories.isLive(doc)) return undefined;
  return index.repositories.textsHold(doc, sought) ? TIER.text : tierInLabels(index, doc, sought);
}

/** The tier of a text by a doc's labels alone; undefined where none holds it. */
export function tierInLabels({ repositories, labels }: InvertedIndex, doc: number, sought: Slice): Tier | undefined {
  let best: Tier | undefined;
  for (const id of repositories.labelsOf(doc)) {
    const label = labels.names.at(id);
    if (indexOf(labelValueOf(label), sought) < 0) continue;
    if (!isAddress(label)) return TIER.text;
    best = TIER.address;
  }
  return best;
}

/** What `tierOfDoc` returns for the doc of these texts, which are read once for many texts that are sought. */
export function tierOfTexts({ name, others, addresses }: DocTexts, sought: Slice): Tier | undefined {
  const holds = (text: Slice) => indexOf(text, sought) >= 0;
  return tierInName(name, sought) ?? tierBesideName({ others, addresses }, holds);
}

/** The tier of what a doc has beside its name; undefined where no text holds it. */
export function tierBesideName(
  { others, addresses }: Omit<DocTexts, 'name'>,
  holds: (text: Slice) => boolean,
): Tier | undefined {
  if (others.some(holds)) return TIER.text;
  return addresses.some(holds) ? TIER.address : undefined;
}
