import type { TagClause } from '../query/query.ts';
import type { EngineIndex } from './engine-index.ts';
import type { Matcher } from './matcher.ts';
import { createNameTest, fitsPlatforms } from './tag-choice.ts';
import { type IsTag, tagKindAt, tagNameAt, tagTimeAt } from './tag-rows.ts';
import { hasTag } from './verify-tags.ts';

/** Whether one tag of a slot fulfils the whole clause, as the slot is now. */
export function createTagTest({ repositories, tagNames, tagKinds }: EngineIndex, clause: TagClause): Matcher['holds'] {
  const { fromMs = 0, beforeMs = Number.POSITIVE_INFINITY } = clause;
  const isName = createNameTest(clause.name);
  const isTag: IsTag = (row, tag) => {
    const timeMs = tagTimeAt(row, tag);
    if (timeMs < fromMs || timeMs >= beforeMs || !isName(tagNames.names.at(tagNameAt(row, tag)))) return false;
    return fitsPlatforms(tagKinds.at(tagKindAt(row, tag)), clause.platforms);
  };
  return (slot) => hasTag(repositories.tagsOf(slot), isTag);
}
