import type { InvertedIndex } from '../../index/inverted-index.ts';
import { compareFolded, encode, type Slice, sliceOf, startsWith, startsWithFolded } from '../../structures/bytes.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { visitNames } from '../../structures/sorted-list.ts';

export interface TagNamesFrom {
  /** Where to begin: with the first tag that, whatever its case, is this or comes after it. */
  readonly from: string;
  /** Returns whether to go on. */
  readonly visit: (id: number, name: Slice) => boolean;
}

/** Goes through tags' names in their order. Of names that differ in case alone those in capitals come first. */
export function visitTagNames({ tagNames, tagNameOrder }: InvertedIndex, { from, visit }: TagNamesFrom): Steps<void> {
  const nameOf = tagNames.names.at;
  const names = { order: tagNameOrder, nameOf, from: sliceOf(encode(inCapitals(from))), compare: compareFolded };
  return visitNames(names, (id) => visit(id, nameOf(id)));
}

/** Of ASCII alone, as `compareFolded` does. */
function inCapitals(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function inSmall(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Visits all names that begin with a prefix just as it is written. */
export function visitTagPrefix(index: InvertedIndex, prefix: string, choose: (id: number) => void): Steps<void> {
  const [exact, folded] = [sliceOf(encode(prefix)), sliceOf(encode(inSmall(prefix)))];
  return visitTagNames(index, {
    from: prefix,
    visit(id, name) {
      if (startsWith(name, exact)) choose(id);
      return startsWithFolded(name, folded);
    },
  });
}
