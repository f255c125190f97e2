import { indexOf, type Slice, sliceOf } from '../structures/bytes.ts';
import type { Postings } from '../structures/postings.ts';
import { eachEdge } from './boundary-ngrams.ts';
import type { EngineIndex, Facets } from './inverted-index.ts';
import { listOf } from './term-dictionary.ts';
import { BETWEEN, eachWord, FIELD, type Field, fieldInName } from './tokens.ts';

/** The lists that a slot comes to be in, those that it is in no more, and what becomes of those left empty. */
export interface Relinking {
  readonly lists: Postings;
  readonly added: Iterable<number>;
  readonly removed: Iterable<number>;
  readonly onEmpty?: (list: number) => void;
}

/** Does nothing for a list that has or lacks the slot already. */
export function relink(slot: number, { lists, added, removed, onEmpty }: Relinking): void {
  for (const list of added) lists.add(list, slot);
  for (const list of removed) {
    if (lists.remove(list, slot) && lists.count(list) === 0) onEmpty?.(list);
  }
}

/** Forgets a name that nobody has any more. */
export function forgetIn({ names }: Facets): (id: number) => void {
  return (id) => names.drop(id);
}

/** The lists that one slot belongs in for its texts, some perhaps several times. */
export interface TextLinks {
  readonly words: readonly number[];
  readonly edges: readonly number[];
  readonly labels: readonly number[];
  readonly labelKeys: readonly number[];
}

export const NO_TEXT_LINKS: TextLinks = { words: [], edges: [], labels: [], labelKeys: [] };

const BETWEEN_SLICE = sliceOf(Uint8Array.of(BETWEEN));

/** What the texts of a slot, as they are written now, say of the lists that it belongs in. */
export function textLinksOf(index: EngineIndex, slot: number): TextLinks {
  const { repositories, labels, labelKeys } = index;
  const ids = repositories.labelsOf(slot);
  const keys = ids.map((id) => labelKeys.names.find(keyOf(labels.names.at(id))));
  const name = repositories.nameOf(slot);
  const texts = [repositories.textsOf(slot), ...ids.map((id) => labels.names.at(id))];
  return {
    words: wordLists(index, name, texts),
    edges: edgeLists(name, texts),
    labels: ids,
    labelKeys: keys,
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

/** Of each word the list of its best field. */
function wordLists({ words }: EngineIndex, name: Slice, texts: readonly Slice[]): number[] {
  const ofName = new Map<number, Field>();
  eachWord(name, (start, end) => {
    const word = words.intern({ bytes: name.bytes, start, end });
    ofName.set(word, bestOf(fieldInName(name, start, end), ofName.get(word)));
  });
  const lists: number[] = [];
  for (const [word, field] of ofName) lists.push(listOf(word, field));
  for (const { bytes, start, end } of texts) {
    eachWord({ bytes, start, end }, (from, to) => {
      const word = words.intern({ bytes, start: from, end: to });
      if (!ofName.has(word)) lists.push(listOf(word, FIELD.text));
    });
  }
  return lists;
}

function edgeLists(name: Slice, texts: readonly Slice[]): number[] {
  const lists: number[] = [];
  const push = (list: number) => lists.push(list);
  eachEdge(name, 'name', push);
  for (const text of texts) eachEdge(text, 'text', push);
  return lists;
}

/** Better fields come first. */
function bestOf(field: Field, other: Field = field): Field {
  return other < field ? other : field;
}

/** Those of `some` that are not among `others`. */
function missing(some: readonly number[], others: readonly number[]): readonly number[] {
  if (some.length === 0 || others.length === 0) return some;
  const known = new Set(others);
  return some.filter((one) => !known.has(one));
}
