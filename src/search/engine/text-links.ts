import { indexOf, type Slice, sliceOf } from './bytes.ts';
import { edgesOf } from './edges.ts';
import type { EngineIndex } from './engine-index.ts';
import { forgetIn, relink } from './relink.ts';
import { wordOf } from './word-index.ts';
import { BETWEEN, eachWord, FIELD, fieldInName } from './words.ts';

/** The lists that one slot belongs in for its texts, sorted and each once. */
export interface TextLinks {
  readonly words: Uint32Array;
  readonly edges: Uint32Array;
  readonly labels: Uint32Array;
  readonly labelKeys: Uint32Array;
}

const NOTHING = new Uint32Array(0);
export const NO_TEXT_LINKS: TextLinks = { words: NOTHING, edges: NOTHING, labels: NOTHING, labelKeys: NOTHING };

const BETWEEN_SLICE = sliceOf(Uint8Array.of(BETWEEN));

/** What the texts of a slot, as they are written now, say of the lists that it belongs in. */
export function textLinksOf(index: EngineIndex, slot: number): TextLinks {
  const { repositories, labels, labelKeys } = index;
  const ids = repositories.labelsOf(slot);
  const keys = ids.map((id) => labelKeys.names.find(keyOf(labels.names.at(id))));
  const name = repositories.nameOf(slot);
  const texts = [repositories.textsOf(slot), ...ids.map((id) => labels.names.at(id))];
  return {
    words: bestOf(sorted([...nameLists(index, name), ...texts.flatMap((text) => textLists(index, text))])),
    edges: sorted([...edgesOf(name, 'name'), ...texts.flatMap((text) => edgesOf(text, 'text'))]),
    labels: sorted(ids),
    labelKeys: sorted(keys),
  };
}

export interface TextChange {
  readonly before: TextLinks;
  readonly after: TextLinks;
}

/** Puts a slot into the lists that are new to it, and takes it out of those that are no longer its own. */
export function relinkTexts(index: EngineIndex, slot: number, { before, after }: TextChange): void {
  const { words, byEdge, labels, labelKeys } = index;
  const changesOf = (kind: keyof TextLinks) => ({
    added: missing(after[kind], before[kind]),
    removed: missing(before[kind], after[kind]),
  });
  relink(slot, { lists: words.lists, ...changesOf('words'), onEmpty: words.tidy });
  relink(slot, { lists: byEdge, ...changesOf('edges') });
  relink(slot, { lists: labels.lists, ...changesOf('labels'), onEmpty: forgetIn(labels) });
  relink(slot, { lists: labelKeys.lists, ...changesOf('labelKeys'), onEmpty: forgetIn(labelKeys) });
}

/** The key in a label's key and value. */
export function keyOf(label: Slice): Slice {
  return { ...label, end: indexOf(label, BETWEEN_SLICE) };
}

function nameLists({ words }: EngineIndex, name: Slice): number[] {
  const lists: number[] = [];
  eachWord(name, (start, end) => lists.push(words.intern({ ...name, start, end }, fieldInName(name, start, end))));
  return lists;
}

function textLists({ words }: EngineIndex, text: Slice): number[] {
  const lists: number[] = [];
  eachWord(text, (start, end) => lists.push(words.intern({ ...text, start, end }, FIELD.text)));
  return lists;
}

/** Of each word the list of its best field, which comes first. */
function bestOf(lists: Uint32Array): Uint32Array {
  return lists.filter((list, at) => at === 0 || wordOf(list) !== wordOf(lists[at - 1] ?? 0));
}

/** Those of `some` that are not among `others`; both sorted. */
function missing(some: Uint32Array, others: Uint32Array): number[] {
  const found: number[] = [];
  let at = 0;
  for (const one of some) {
    while ((others[at] ?? Number.POSITIVE_INFINITY) < one) at += 1;
    if (others[at] !== one) found.push(one);
  }
  return found;
}

/** Each of the numbers once. */
function sorted(numbers: ArrayLike<number>): Uint32Array {
  const all = Uint32Array.from(numbers).sort();
  let count = 0;
  for (const [i, number] of all.entries()) {
    if (i > 0 && number === all[count - 1]) continue;
    all[count] = number;
    count += 1;
  }
  return all.subarray(0, count);
}
