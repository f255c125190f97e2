import type { Repositories, TagsInRow } from './repositories.ts';
import type { Steps } from './slices.ts';
import { addSlot, type SlotSet } from './slot-set.ts';
import { type IsTag, TAG_WORDS } from './tag-rows.ts';
import { wordAt } from './typed.ts';

export interface TagVerification {
  readonly candidates: Uint32Array;
  readonly holds: (tags: TagsInRow) => boolean;
}

/** Tags to look at between two yields. */
const STEP = 5_000;
/** Repositories whose tags are read ahead. */
const AHEAD = 64;

/** Adds those candidates for whose tags the condition holds. */
export function* verifyTags(
  repositories: Repositories,
  { candidates, holds }: TagVerification,
  target: SlotSet,
): Steps<void> {
  let work = 0;
  for (let at = 0; at < candidates.length; at += 1) {
    if (at % AHEAD === 0) repositories.readTagsAhead(candidates.subarray(at, at + AHEAD));
    const slot = wordAt(candidates, at);
    const tags = repositories.tagsOf(slot);
    if (holds(tags)) addSlot(target, slot);
    work += 1 + (tags.end - tags.start) / TAG_WORDS;
    if (work < STEP) continue;
    work = 0;
    yield;
  }
}

export function hasTag({ memory, start, end }: TagsInRow, isTag: IsTag): boolean {
  for (let tag = start; tag < end; tag += TAG_WORDS) if (isTag(memory, tag)) return true;
  return false;
}
