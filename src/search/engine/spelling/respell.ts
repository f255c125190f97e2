import { withoutMarks } from '../../fold.ts';
import type { Condition, Query } from '../../query/query.ts';
import type { Interpretation, Interpreting } from '../interpret/interpretation.ts';
import { mayBeSplit } from '../match/text/run-candidates.ts';
import type { Steps } from '../structures/scheduler.ts';
import { correctOneOfTwo, correctText } from './correct.ts';
import { inflections } from './inflections.ts';
import { sameWords } from './same-words.ts';
import { lettersOf, type RunSeeking, runOf, type Written, writtenAs } from './separators.ts';
import { countNames } from './visible-names.ts';
import type { OtherWord } from './widen.ts';
import { hasWithMarks } from './written-marks.ts';

/**
 * Reads a query that finds nothing in other spellings: each word that nothing has by the first of these that finds
 * something: without its marks, with other separators or none, by another word for the same, as it may have been meant
 * by a mistake. So a correction never leads away from what is there. Where all words are known, but nothing has all of
 * them, each may be spelled otherwise.
 */
export function* respell(asked: Respelling & Pick<Interpreting, 'query'>): Steps<readonly Interpretation[]> {
  const { query } = asked;
  const respelled = new Map<Condition, OtherWord>();
  const lost = new Set<Condition>();
  for (const condition of query.all) {
    if (condition.kind !== 'text' || (!isOnly(query) && (yield* asked.isKnown(condition)))) continue;
    const other = yield* firstRemedy(asked, condition.text);
    if (other) respelled.set(condition, other);
    else lost.add(condition);
  }
  if (respelled.size === 0) return lost.size > 0 ? [] : yield* spellFreely(asked, query);
  const whole = replace(query, respelled);
  return lost.size === 0 ? [whole] : [leaveOut(whole, lost)];
}

/** A condition that is the whole of a query that finds nothing is known by nothing. */
function isOnly({ all, none }: Query): boolean {
  return all.length === 1 && none.length === 0;
}

interface Respelling extends RunSeeking, Pick<Interpreting, 'isKnown'> {}

type Remedy = (respelling: Respelling, text: string) => Steps<OtherWord | undefined>;

const REMEDIES: readonly Remedy[] = [dropMarks, changeSeparators, takeOtherWord, correctMistake, correctJoined];

function* firstRemedy(respelling: Respelling, text: string): Steps<OtherWord | undefined> {
  for (const remedy of REMEDIES) {
    const other = yield* remedy(respelling, text);
    if (other) return other;
  }
  return undefined;
}

/** `größe` as `grosse` or `groesse`; and the latter as the first, where a word of a text begins so: `noed` is no `nöd`. */
function* dropMarks(respelling: Respelling, text: string): Steps<OtherWord | undefined> {
  for (const meant of new Set([withoutMarks(text), withoutMarks(withUmlautsApart(text))])) {
    if (meant !== text && (yield* respelling.isKnown({ kind: 'text', text: meant }))) return markedWord(text, meant);
  }
  const meant = withUmlauts(text);
  return meant !== text && (yield* hasWithMarks(respelling, meant)) ? markedWord(text, meant) : undefined;
}

function markedWord(typed: string, meant: string): OtherWord {
  return { condition: { kind: 'text', text: meant }, relaxation: { kind: 'marks', typed, meant } };
}

/** German writes the dots of a vowel as an e after it where there are no dots. */
function withUmlautsApart(text: string): string {
  return text.normalize('NFD').replace(/([aou])\u0308/g, '$1e');
}

function withUmlauts(text: string): string {
  return text.replace(/([aou])e/g, '$1\u0308').normalize('NFC');
}

/** The same letters with other separators or none, as names or else texts have them. */
export function* changeSeparators(respelling: RunSeeking, text: string): Steps<OtherWord | undefined> {
  const letters = lettersOf(withoutMarks(text));
  const written = letters === undefined ? undefined : yield* writtenAs(respelling, letters);
  return written && otherWordOf(text, written, 'separators');
}

function otherWordOf(
  typed: string,
  { spelling, text }: Written,
  kind: 'separators' | OtherText['kind'] | 'typo',
): OtherWord {
  return {
    condition: { kind: 'spelled', text, as: [spelling] },
    relaxation: { kind, typed, meant: text },
  };
}

/** A word as the whole words it may stand for; of a text of several words one at a time: `pg-backup`. */
function* takeOtherWord(respelling: Respelling, text: string): Steps<OtherWord | undefined> {
  for (const { kind, meant, isWord } of otherTexts(text)) {
    const condition = { kind: 'spelled', text, as: [{ kind: 'word', letters: meant }] } as const;
    if (isWord && (yield* respelling.isKnown(condition))) {
      return { condition, relaxation: { kind, typed: text, meant } };
    }
    const letters = lettersOf(meant);
    const written = letters === undefined ? undefined : yield* writtenAs(respelling, letters);
    // One word is meant whole: `kubernet` is no word of `kubernetes`.
    if (written && (!isWord || written.text !== meant)) return otherWordOf(text, written, kind);
  }
  return undefined;
}

interface OtherText {
  readonly kind: 'abbreviation' | 'inflection';
  readonly meant: string;
  /** Whether it is one whole word. */
  readonly isWord: boolean;
}

/** A text of hundreds of words has thousands. */
const MAX_OTHERS = 12;

function otherTexts(text: string): OtherText[] {
  const pieces = sameWords(text).length > 0 ? [text] : text.split(/([-_./ ]+)/);
  const replaced = (kind: OtherText['kind'], wordsFor: (word: string) => readonly string[]) =>
    pieces.flatMap((piece, at) =>
      wordsFor(piece).map((word) => ({ kind, meant: pieces.with(at, word).join(''), isWord: pieces.length === 1 })),
    );
  return [...replaced('abbreviation', sameWords), ...replaced('inflection', inflections)].slice(0, MAX_OTHERS);
}

function* correctMistake(respelling: Respelling, text: string): Steps<OtherWord | undefined> {
  const meant = yield* correctText(respelling, withoutMarks(text));
  if (meant === undefined) return undefined;
  const condition = { kind: 'text', text: meant } as const;
  if (yield* respelling.isKnown(condition)) return { condition, relaxation: { kind: 'typo', typed: text, meant } };
  const letters = lettersOf(meant);
  const written = letters === undefined ? undefined : yield* writtenAs(respelling, letters);
  return written && otherWordOf(text, written, 'typo');
}

/** A mistake in one of two words that were typed as one: `certmanger` is `cert-manager`. */
function* correctJoined(respelling: Respelling, text: string): Steps<OtherWord | undefined> {
  for (const letters of yield* correctOneOfTwo(respelling, withoutMarks(text))) {
    const written = yield* writtenAs(respelling, letters);
    if (written) return otherWordOf(text, written, 'typo');
  }
  return undefined;
}

/** So many words are tried in other spellings. */
const MAX_WORDS = 8;

/** First one word in all its spellings and the others as typed, then all of them. */
function* spellFreely(respelling: Respelling, query: Query): Steps<Interpretation[]> {
  const respelled = new Map<Condition, OtherWord>();
  for (const condition of query.all.slice(0, MAX_WORDS)) {
    const other = condition.kind === 'text' ? yield* allSpellings(respelling, condition.text) : undefined;
    if (other) respelled.set(condition, other);
  }
  const each = [...respelled].map(([condition, other]) => replace(query, new Map([[condition, other]])));
  return respelled.size > 1 ? [...each, replace(query, respelled)] : each;
}

/** Undefined for a word that has no other spelling. */
function* allSpellings(respelling: Respelling, text: string): Steps<OtherWord | undefined> {
  const words = otherTexts(text).filter(({ meant, isWord }) => isWord && countNames(respelling, meant) > 0);
  const letters = lettersOf(text);
  const run = letters === undefined ? undefined : runOf(respelling, letters);
  // Without separators, on either side, the run is the text as it was typed.
  const isAsTyped = letters === text && !(run && mayBeSplit(run));
  const written = letters === undefined || isAsTyped ? undefined : yield* writtenAs(respelling, letters);
  const runs = written && written.text !== text ? [written.spelling] : [];
  const as = [...runs, ...words.map(({ meant }) => ({ kind: 'word', letters: meant }) as const)];
  const [first] = words;
  if (as.length === 0) return undefined;
  const kind = first?.kind ?? 'separators';
  const meant = first ? words.map((one) => one.meant).join(' or ') : (written?.text ?? text);
  return { condition: { kind: 'spelled', text, as }, relaxation: { kind, typed: text, meant } };
}

/** A query with other words in the place of some of its own. */
export function replace(query: Query, respelled: ReadonlyMap<Condition, OtherWord>): Interpretation {
  const all = query.all.map((one) => respelled.get(one)?.condition ?? one);
  return { query: { ...query, all }, relaxed: [...respelled.values()].map(({ relaxation }) => relaxation) };
}

function leaveOut({ query, relaxed }: Interpretation, lost: ReadonlySet<Condition>): Interpretation {
  const words = [...lost].flatMap((one) => (one.kind === 'text' ? [{ kind: 'word', typed: one.text } as const] : []));
  return { query: { ...query, all: query.all.filter((one) => !lost.has(one)) }, relaxed: [...relaxed, ...words] };
}
