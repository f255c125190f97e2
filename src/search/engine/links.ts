import { indexOf, type Slice, sliceOf } from './bytes.ts';
import { edgesOf } from './edges.ts';
import type { EngineIndex, Facets } from './engine-index.ts';
import type { Postings } from './postings.ts';
import type { TagsInRow } from './repositories.ts';
import { TAG_WORDS, tagDigestAt, tagKindAt, tagNameAt } from './tag-rows.ts';
import { BETWEEN, eachWord, FIELD, fieldInName } from './words.ts';

/** The lists that one slot belongs in, sorted and each once. */
export interface Links {
  readonly words: Uint32Array;
  readonly edges: Uint32Array;
  readonly labels: Uint32Array;
  readonly labelKeys: Uint32Array;
  readonly tagNames: Uint32Array;
  readonly tagKinds: Uint32Array;
  readonly digests: Uint32Array;
  readonly profiles: Uint32Array;
}

const NOTHING = new Uint32Array(0);
export const NO_LINKS: Links = {
  words: NOTHING,
  edges: NOTHING,
  labels: NOTHING,
  labelKeys: NOTHING,
  tagNames: NOTHING,
  tagKinds: NOTHING,
  digests: NOTHING,
  profiles: NOTHING,
};

const BETWEEN_SLICE = sliceOf(Uint8Array.of(BETWEEN));

/** What the content of a slot, as it is written now, says of the lists that it belongs in. */
export function linksOf(index: EngineIndex, slot: number): Links {
  const { repositories, labels, labelKeys } = index;
  const ids = repositories.labelsOf(slot);
  const keys = ids.map((id) => labelKeys.names.find(keyOf(labels.names.at(id))));
  const name = repositories.nameOf(slot);
  const texts = [repositories.textsOf(slot), ...ids.map((id) => labels.names.at(id))];
  return {
    words: sorted([...nameLists(index, name), ...texts.flatMap((text) => textLists(index, text))]),
    edges: sorted([...edgesOf(name, 'name'), ...texts.flatMap((text) => edgesOf(text, 'text'))]),
    labels: sorted(ids),
    labelKeys: sorted(keys),
    ...tagLinks(repositories.tagsOf(slot)),
    profiles: Uint32Array.of(repositories.profileIdOf(slot)),
  };
}

/** The key in a label's key and value. */
export function keyOf(label: Slice): Slice {
  return { ...label, end: indexOf(label, BETWEEN_SLICE) };
}

/** The number of the list for digests that begin with these 32 bits. */
export function digestList(firstWord: number): number {
  return firstWord >>> 16;
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

function tagLinks({ memory, start, end }: TagsInRow): Pick<Links, 'tagNames' | 'tagKinds' | 'digests'> {
  const length = (end - start) / TAG_WORDS;
  const each = (read: (row: Uint32Array, tag: number) => number) =>
    sorted(Uint32Array.from({ length }, (_, i) => read(memory, start + i * TAG_WORDS)));
  return {
    tagNames: each(tagNameAt),
    tagKinds: each(tagKindAt),
    digests: each((row, tag) => digestList(tagDigestAt(row, tag, 0))),
  };
}

/** The lists of which one slot is added to some and removed from others, and what becomes of those left empty. */
export interface Relinking {
  readonly lists: Postings;
  readonly before: Uint32Array;
  readonly after: Uint32Array;
  readonly onEmpty: ((list: number) => void) | undefined;
}

/** Puts a slot into the lists that are new to it, and takes it out of those that are no longer its own. */
export function relink(slot: number, { lists, before, after, onEmpty }: Relinking): void {
  for (const list of missing(after, before)) lists.add(list, slot);
  for (const list of missing(before, after)) {
    lists.remove(list, slot);
    if (lists.count(list) === 0) onEmpty?.(list);
  }
}

/** Forgets a name that nobody has any more. */
export function forgetIn({ names }: Facets): (id: number) => void {
  return (id) => names.drop(id);
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
