import type { Spelling } from '../../query/query.ts';
import { STEP } from '../cost-model.ts';
import type { TextSide } from '../index/boundary-ngrams.ts';
import { type DocTexts, docTextsOf } from '../index/text-postings.ts';
import { candidatesOfRun, type Run, readRun } from '../match/text/run-candidates.ts';
import { eachRun } from '../match/text/runs.ts';
import type { VisibleIndex } from '../match/visibility.ts';
import { tierAt } from '../rank/name-tier.ts';
import { TIER, type Tier } from '../rank/tier.ts';
import { addRange, type Bitset, BLOCK, docsOf, rangeOf } from '../structures/bitset.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import { decode, encode, type Slice, sliceOf } from '../structures/bytes.ts';
import type { Steps } from '../structures/scheduler.ts';

/** Fewer letters are the beginnings of too many words. */
const LEAST_LETTERS = 4;
/** More are a sentence, and no name. */
const MAX_LETTERS = 128;
const SEPARATORS = /[-_./ ]+/g;
const IS_WORDS = /^[a-z0-9\u0080-\u{10ffff}]+$/u;

/**
 * The letters and digits of a text, where separators are all there is beside them; undefined where they are too few or
 * many.
 */
export function lettersOf(text: string): string | undefined {
  const letters = text.replace(SEPARATORS, '');
  const isOne = letters.length >= LEAST_LETTERS && letters.length <= MAX_LETTERS && IS_WORDS.test(letters);
  return isOne && !text.startsWith('.') ? letters : undefined;
}

/** Runs are looked at until so many were found: the best of them says how the word is written. */
const ENOUGH = 32;

export interface RunSeeking extends VisibleIndex {
  readonly newBitsets: () => Bitsets;
}

/** Letters as they stand in what may be seen. */
export interface Written {
  readonly spelling: Spelling;
  /** With its separators. */
  readonly text: string;
}

/**
 * How letters are written where they stand with other separators: in names, or else in texts; undefined where nowhere.
 */
export function* writtenAs({ newBitsets, ...viewing }: RunSeeking, letters: string): Steps<Written | undefined> {
  const run = runOf(viewing, letters);
  if (!run) return undefined;
  const sets = newBitsets();
  try {
    const seeking = { ...viewing, sets, run };
    const inName = yield* findWritten({ ...seeking, side: 'name' });
    if (inName !== undefined) return { spelling: { kind: 'nameRun', letters }, text: inName };
    const inText = yield* findWritten({ ...seeking, side: 'text' });
    return inText === undefined ? undefined : { spelling: { kind: 'textRun', letters }, text: inText };
  } finally {
    sets.end();
  }
}

/** Undefined where letters are no terms of what may be seen. */
export function runOf({ index, view }: VisibleIndex, letters: string): Run | undefined {
  return readRun(index.terms, sliceOf(encode(letters)), view?.set ?? index.live);
}

interface Seeking extends VisibleIndex {
  readonly sets: Bitsets;
  readonly run: Run;
  readonly side: TextSide;
}

interface Occurrence {
  readonly text: string;
  readonly tier: Tier;
}

function* findWritten({ index, view, sets, run, side }: Seeking): Steps<string | undefined> {
  const { letters } = run;
  let best: Occurrence | undefined;
  let found = 0;
  for (const within of partsOf(view?.set ?? index.live, sets)) {
    const docs = docsOf(yield* candidatesOfRun({ index, sets }, { run, side, within }));
    for (let at = 0; at < docs.length && found < ENOUGH; at += 1) {
      const doc = docs[at] ?? 0;
      if (view && !view.matches(doc)) continue;
      const written =
        side === 'name' ? inName(index.repositories.nameOf(doc), letters) : inTexts(docTextsOf(index, doc), letters);
      for (const one of written) {
        found += 1;
        if (!best || isBetter(one, best)) best = one;
      }
      if ((at + 1) % STEP.texts === 0) yield;
    }
    if (found >= ENOUGH) break;
  }
  return best?.text;
}

/** The first of them has one doc in so many: of what is common there is enough in it. */
const PARTS = 16;

/** The docs of a set in two parts; a small set in one. */
function* partsOf(set: Bitset, { take }: Pick<Bitsets, 'take'>): Generator<Bitset> {
  const [from, to] = rangeOf(set);
  const cut = from + BLOCK * Math.floor((to - from) / BLOCK / PARTS);
  if (cut > from) yield addRange(take(), set, [from, cut]);
  yield cut > from ? addRange(take(), set, [cut, to]) : set;
}

/** By content alone: the answer must not depend on the order in which docs were written. */
function isBetter(one: Occurrence, other: Occurrence): boolean {
  if (one.tier !== other.tier) return one.tier < other.tier;
  if (one.text.length !== other.text.length) return one.text.length < other.text.length;
  return one.text < other.text;
}

function inName(name: Slice, letters: Slice): Occurrence[] {
  const found: Occurrence[] = [];
  eachRun(name, letters, (start, end) =>
    found.push({ text: decode({ ...name, start, end }), tier: tierAt(name, start, end) }),
  );
  return found;
}

function inTexts(texts: DocTexts | undefined, letters: Slice): Occurrence[] {
  const found: Occurrence[] = [];
  for (const text of texts?.others ?? []) {
    eachRun(text, letters, (start, end) => found.push({ text: decode({ ...text, start, end }), tier: TIER.text }));
  }
  return found;
}
