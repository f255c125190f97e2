import { hasDoc } from '../structures/bitset.ts';
import type { Slice } from '../structures/bytes.ts';
import type { Postings } from '../structures/postings.ts';
import { eachBoundary } from './boundary-ngrams.ts';
import { eachTerm, FIELD, type Field, fieldInName, listOf } from './fields.ts';
import type { InvertedField, InvertedIndex } from './inverted-index.ts';
import { isAddress, labelKeyOf, labelValueOf } from './label-text.ts';

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
  readonly terms: readonly number[];
  readonly boundaries: readonly number[];
  readonly labels: readonly number[];
  readonly labelKeys: readonly number[];
}

export const NO_TEXT_POSTINGS: TextPostings = { terms: [], boundaries: [], labels: [], labelKeys: [] };

/** The lists that a doc belongs in for its texts as they are written now. */
export function textPostingsOf(index: InvertedIndex, doc: number): TextPostings {
  const { repositories, labels, labelKeys } = index;
  const ids = repositories.labelsOf(doc);
  const texts = readTexts(index, doc, ids);
  return {
    terms: termLists(index, texts),
    boundaries: boundaryLists(texts),
    labels: ids,
    labelKeys: ids.map((id) => labelKeys.names.find(labelKeyOf(labels.names.at(id)))),
  };
}

export interface TextChange {
  readonly before: TextPostings;
  readonly after: TextPostings;
}

/** Adds a doc to the lists of its new texts, and removes it from those of the old ones alone. */
export function updateTextPostings(index: InvertedIndex, doc: number, { before, after }: TextChange): void {
  const { terms, byBoundary, labels, labelKeys } = index;
  const changesOf = (kind: keyof TextPostings) => ({
    added: missing(after[kind], before[kind]),
    removed: missing(before[kind], after[kind]),
  });
  updatePostings(doc, { lists: terms.lists, ...changesOf('terms'), onEmpty: terms.tidy });
  updatePostings(doc, { lists: byBoundary, ...changesOf('boundaries') });
  updatePostings(doc, { lists: labels.lists, ...changesOf('labels'), onEmpty: forgetIn(labels) });
  updatePostings(doc, { lists: labelKeys.lists, ...changesOf('labelKeys'), onEmpty: forgetIn(labelKeys) });
}

/** All texts of a doc, folded; valid until the next write. */
export interface DocTexts {
  readonly name: Slice;
  readonly others: readonly Slice[];
  /** Values of labels that say where something is. */
  readonly addresses: readonly Slice[];
}

/** Undefined for a doc that is not there. */
export function docTextsOf(index: InvertedIndex, doc: number): DocTexts | undefined {
  return hasDoc(index.live, doc) ? readTexts(index, doc, index.repositories.labelsOf(doc)) : undefined;
}

/** The same in a row; none of a doc that is not there. */
export function allOf(texts: DocTexts | undefined): Slice[] {
  return texts ? [texts.name, ...texts.others, ...texts.addresses] : [];
}

/** `ids` are those of its labels. */
function readTexts({ repositories, labels }: InvertedIndex, doc: number, ids: readonly number[]): DocTexts {
  const all = ids.map((id) => labels.names.at(id));
  const others = all.filter((label) => !isAddress(label)).map(labelValueOf);
  return {
    name: repositories.nameOf(doc),
    others: [repositories.textsOf(doc), ...others],
    addresses: all.filter(isAddress).map(labelValueOf),
  };
}

/** Of each term the list of its best field. */
function termLists({ terms }: InvertedIndex, { name, others, addresses }: DocTexts): number[] {
  const fields = new Map<number, Field>();
  const read = (text: Slice, fieldOf: (start: number, end: number) => Field) =>
    eachTerm(text, (start, end) => {
      const term = terms.intern({ bytes: text.bytes, start, end });
      fields.set(term, bestOf(fieldOf(start, end), fields.get(term)));
    });
  read(name, (start, end) => fieldInName(name, start, end));
  for (const text of others) read(text, () => FIELD.text);
  for (const address of addresses) read(address, () => FIELD.address);
  return Array.from(fields, ([term, field]) => listOf(term, field));
}

function boundaryLists({ name, others, addresses }: DocTexts): number[] {
  const lists: number[] = [];
  const push = (list: number) => lists.push(list);
  eachBoundary(name, 'name', push);
  for (const text of others) eachBoundary(text, 'text', push);
  for (const address of addresses) eachBoundary(address, 'address', push);
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
