import { FEW_READ_DOCS } from '../../cost-model.ts';
import { listOf, type TermDictionary } from '../../index/term-dictionary.ts';
import { ALL_FIELDS, isWordByte } from '../../index/tokens.ts';
import { type Bitset, countDocs, intersect, unite } from '../../structures/bitset.ts';
import type { Slice } from '../../structures/bytes.ts';
import { uniteAll } from '../../structures/postings.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { byteAt } from '../../structures/typed.ts';
import type { TextMatching } from './text-source.ts';

/**
 * Visits the runs of some letters in a text: each begins where a word begins, and is the letters once the separators in
 * it are left out. So `api-gateway` and `api/gate_way` have runs of `apigate`.
 */
export function eachRun(text: Slice, letters: Slice, visit: (start: number, end: number) => void): void {
  for (let at = text.start; at < text.end; at += 1) {
    if (!isWordAt(text, at) || isWordAt(text, at - 1)) continue;
    const end = endOfRun(text, at, letters);
    if (end !== undefined) visit(at, end);
  }
}

const IS_SEPARATOR = Uint8Array.from({ length: 256 }, (_, byte) => Number('-_./ '.includes(String.fromCharCode(byte))));

export function isWordAt({ bytes, start, end }: Slice, at: number): boolean {
  return at >= start && at < end && isWordByte(byteAt(bytes, at));
}

function endOfRun({ bytes, end }: Slice, from: number, letters: Slice): number | undefined {
  let at = from;
  for (let letter = letters.start; letter < letters.end; letter += 1) {
    while (letter > letters.start && at < end && byteAt(IS_SEPARATOR, byteAt(bytes, at)) === 1) at += 1;
    if (at >= end || byteAt(bytes, at) !== byteAt(letters.bytes, letter)) return undefined;
    at += 1;
  }
  return at;
}

/** How letters from one place on may be read as words. */
interface Reading {
  /** Words that they begin with, and where these end. */
  readonly words: readonly { readonly word: number; readonly end: number }[];
  /** All of them, where longer words may begin with these. */
  readonly rest: Slice | undefined;
}

/** By place; undefined where no words begin that lead to the end. */
function readingsOf(words: TermDictionary, { bytes, start, end }: Slice): (Reading | undefined)[] {
  const readings = new Array<Reading | undefined>(end).fill(undefined);
  for (let from = end - 1; from >= start; from -= 1) {
    const known = [];
    for (let to = from + 1; to <= end; to += 1) {
      const word = to === end || readings[to] ? words.find({ bytes, start: from, end: to }) : -1;
      if (word >= 0) known.push({ word, end: to });
    }
    const rest = { bytes, start: from, end };
    const isRest = words.mostMatches(rest) > 0;
    if (isRest || known.length > 0) readings[from] = { words: known, rest: isRest ? rest : undefined };
  }
  return readings;
}

/** Docs of `within` that have all words of one reading: all that have a run, in whatever text, and few others. */
export function* candidatesOfRun(
  { index: { words }, sets }: TextMatching,
  letters: Slice,
  within: Bitset,
): Steps<Bitset> {
  const found = sets.take();
  const readings = readingsOf(words, letters);
  const upTo: (Bitset | undefined)[] = [within];
  for (let from = letters.start; from < letters.end; from += 1) {
    const [docs, reading] = [upTo[from], readings[from]];
    if (!docs || !reading) continue;
    for (const { word, end } of reading.words) {
      const having = yield* uniteAll(words.lists, listsOf(word), sets.take());
      intersect(having, docs);
      const target = end === letters.end ? found : (upTo[end] ?? sets.take());
      unite(target, having);
      upTo[end] = target;
    }
    if (reading.rest) unite(found, yield* withRest({ words, sets, docs }, reading.rest));
    yield;
  }
  return found;
}

const SHORT = 2;

interface Having extends Pick<TextMatching, 'sets'> {
  readonly words: TermDictionary;
  readonly docs: Bitset;
}

/** Those of some docs that may have a word that begins with these letters. */
function* withRest({ words, sets, docs }: Having, rest: Slice): Steps<Bitset> {
  if (rest.end - rest.start <= SHORT && countDocs(docs) <= FEW_READ_DOCS) return docs;
  const lists: number[] = [];
  yield* words.eachMatch(rest, (word, part) => {
    if (part === 'start') lists.push(...listsOf(word));
  });
  const having = yield* uniteAll(words.lists, lists, sets.take());
  intersect(having, docs);
  return having;
}

function listsOf(word: number): number[] {
  return ALL_FIELDS.map((field) => listOf(word, field));
}
