import type { EngineIndex } from '../index/inverted-index.ts';
import { hasSlot } from '../structures/bitset.ts';
import { indexOf, type Slice } from '../structures/bytes.ts';
import { FIT, type Fit, fitInName } from './match-tier.ts';

/** How a text fits a slot as it is now; undefined where the slot does not hold it. */
export function fitOfSlot(index: EngineIndex, slot: number, part: Slice): Fit | undefined {
  return fitInName(index.repositories.nameOf(slot), part) ?? fitInTexts(index, slot, part);
}

/** The same of all that it has beside its name. */
export function fitInTexts({ repositories, labels }: EngineIndex, slot: number, part: Slice): Fit | undefined {
  if (!repositories.isLive(slot)) return undefined;
  if (repositories.textsHold(slot, part)) return FIT.text;
  return repositories.labelsOf(slot).some((id) => indexOf(labels.names.at(id), part) >= 0) ? FIT.text : undefined;
}

/** All texts of a live slot, folded: what `fitOfSlot` looks at. Good until the next write. */
export interface SlotTexts {
  readonly name: Slice;
  readonly others: readonly Slice[];
}

/** Undefined for a slot that is not there. */
export function slotTextsOf({ repositories, labels, live }: EngineIndex, slot: number): SlotTexts | undefined {
  if (!hasSlot(live, slot)) return undefined;
  const labelTexts = repositories.labelsOf(slot).map((id) => labels.names.at(id));
  return { name: repositories.nameOf(slot), others: [repositories.textsOf(slot), ...labelTexts] };
}

/** The same as `fitOfSlot` of the slot they are of, for who asks for many parts. */
export function fitOfTexts({ name, others }: SlotTexts, part: Slice): Fit | undefined {
  return fitInName(name, part) ?? (others.some((text) => indexOf(text, part) >= 0) ? FIT.text : undefined);
}
