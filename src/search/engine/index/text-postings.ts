import { indexOf, type Slice, sliceOf } from '../structures/bytes.ts';
import type { Postings } from '../structures/postings.ts';
import { eachBoundary } from './boundary-ngrams.ts';
import type { InvertedField, InvertedIndex } from './inverted-index.ts';
import { listOf } from './term-dictionary.ts';
import { BETWEEN, eachWord, FIELD, type Field, fieldInName } from './tokens.ts';

/** The lists that a doc enters and those that it leaves. */
export interface PostingsUpdate {
  readonly lists: Postings;
  readonly added: Iterable<number>;
  readonly removed: Iterable<number>;
  /** Called with each list that is left empty. */
  readonly onEmpty?: (list: number) => void;
}

/** A list that has or lacks the doc already stays as it is. */
export function updatePostings(doc: number, { lists, added, removed, onEmpty }: PostingsUpdate): void {
  for (const list of added) lists.add(list, doc);
  for (const list of removed) {
    if (lists.remove(list, doc) && lists.count(list) === 0) onEmpty?.(list);
  }
}

/** Forgets a name that no repository has any more. */
function forgetIn({ names }: InvertedField): (id: number) => void {
  return (id) => names.drop(id);
}

/** The lists that a doc belongs in for its texts; a list may be named several times. */
export interface TextPostings {
  readonly words: readonly number[];
  readonly boundaries: readonly number[];
  readonly labels: readonly number[];
  readonly labelKeys: readonly number[];
}

export const NO_TEXT_POSTINGS: TextPostings = { words: [], boundaries: [], labels: [], labelKeys: [] };

const BETWEEN_SLICE = sliceOf(Uint8Array.of(BETWEEN));

/** The lists that a doc belongs in for its texts as they are written now. */
export function textPostingsOf(index: InvertedIndex, doc: number): TextPostings {
  const { repositories, labels, labelKeys } = index;
  const ids = repositories.labelsOf(doc);
  const keys = ids.map((id) => labelKeys.names.find(keyOf(labels.names.at(id))));
  const name = repositories.nameOf(doc);
  const texts = [repositories.textsOf(doc), ...ids.map((id) => labels.names.at(id))];
  return {
    words: wordLists(index, name, texts),
    boundaries: boundaryLists(name, texts),
    labels: ids,
    labelKeys: keys,
  };
}

export interface TextChange {
  readonly before: TextPostings;
  readonly after: TextPostings;
}

/** Adds a doc to the lists of its new texts, and removes it from those of the old ones alone. */
export function updateTextPostings(index: InvertedIndex, doc: number, { before, after }: TextChange): void {
  const { words, byBoundary, labels, labelKeys } = index;
  const changesOf = (kind: keyof TextPostings) => ({
    added: missing(after[kind], before[kind]),
    removed: missing(before[kind], after[kind]),
  });
  updatePostings(doc, { lists: words.lists, ...changesOf('words'), onEmpty: words.tidy });
  updatePostings(doc, { lists: byBoundary, ...changesOf('boundaries') });
  updatePostings(doc, { lists: labels.lists, ...changesOf('labels'), onEmpty: forgetIn(labels) });
  updatePostings(doc, { lists: labelKeys.lists, ...changesOf('labelKeys'), onEmpty: forgetIn(labelKeys) });
}

/** The key in a label's key and value. */
export function keyOf(label: Slice): Slice {
  return { ...label, end: indexOf(label, BETWEEN_SLICE) };
}

/** Of each word the list of its best field. */
function wordLists({ words }: InvertedIndex, name: Slice, texts: readonly Slice[]): number[] {
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

function boundaryLists(name: Slice, texts: readonly Slice[]): number[] {
  const lists: number[] = [];
  const push = (list: number) => lists.push(list);
  eachBoundary(name, 'name', push);
  for (const text of texts) eachBoundary(text, 'text', push);
  return lists;
}

/** Better fields come first. */
function bestOf(field: Field, other: Field = field): Field {
  return other < field ? other : field;
}

/** Those of `some` that are not in `others`. */
function missing(some: readonly number[], others: readonly number[]): readonly number[] {
  if (some.length === 0 || others.length === 0) return some;
  const known = new Set(others);
  return some.filter((one) => !known.has(one));
}
