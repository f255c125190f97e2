import type { TagClause } from '../query/query.ts';
import type { TagsInRow } from './repositories.ts';
import { addSlot, createSlotSet, growTo, hasSlot, type SlotSet } from './slot-set.ts';
import type { TagChoice } from './tag-choice.ts';
import { TAG_WORDS, tagKindAt, tagNameAt, tagTimeAt } from './tag-rows.ts';

/** The same as a clause, in a form that is quick to compare with many tags. */
export interface TagScan {
  /** The one name that is allowed; -1 where `names` says which are. */
  readonly name: number;
  readonly names: SlotSet | undefined;
  /** 1 for each kind that is allowed. */
  readonly kinds: Uint8Array | undefined;
  readonly fromMs: number;
  readonly beforeMs: number;
}

export function scanOf({ names, kinds }: TagChoice, { fromMs, beforeMs }: Partial<TagClause>): TagScan {
  const table = kinds && new Uint8Array(Math.max(0, ...kinds) + 1);
  for (const kind of kinds ?? []) table?.fill(1, kind, kind + 1);
  const isOne = names?.length === 1;
  return {
    name: isOne ? (names[0] ?? -1) : -1,
    names: isOne ? undefined : names && setOf(names),
    kinds: table,
    fromMs: fromMs ?? 0,
    beforeMs: beforeMs ?? Number.POSITIVE_INFINITY,
  };
}

function setOf(ids: readonly number[]): SlotSet {
  const set = createSlotSet(0);
  for (const id of ids) {
    growTo(set, id);
    addSlot(set, id);
  }
  return set;
}

/** Whether one of the tags is what is sought. */
export function hasScanned(tags: TagsInRow, { name, names, kinds, fromMs, beforeMs }: TagScan): boolean {
  const { memory, start, end } = tags;
  for (let tag = start; tag < end; tag += TAG_WORDS) {
    if (kinds !== undefined && kinds[tagKindAt(memory, tag)] !== 1) continue;
    if (name >= 0 && tagNameAt(memory, tag) !== name) continue;
    if (names !== undefined && !hasSlot(names, tagNameAt(memory, tag))) continue;
    const timeMs = tagTimeAt(memory, tag);
    if (timeMs >= fromMs && timeMs < beforeMs) return true;
  }
  return false;
}
