import { LRUCache } from 'lru-cache';

/** One letter of a text as it is compared, and the marks on it. */
interface Letter {
  readonly letter: string;
  marks: string;
}

interface Spelled {
  readonly letters: readonly Letter[];
  /** As it is compared where marks make no difference. */
  readonly plain: string;
}

/** An oracle looks at the same texts with each query. */
const known = new LRUCache<string, Spelled>({
  max: 20_000,
  memoMethod: (text) => {
    const letters = lettersOf(text);
    return { letters, plain: letters.map(({ letter }) => letter).join('') };
  },
});

/** Letters one by one, from what Unicode says of each: written without `fold`, which it checks. */
function lettersOf(text: string): Letter[] {
  const letters: Letter[] = [];
  for (const one of text.toWellFormed().normalize('NFKD')) {
    if (INVISIBLE.test(one)) continue;
    if (MARK.test(one)) addMark(letters, one);
    else for (const each of foldOne(one)) letters.push(each);
  }
  return letters;
}

const MARK = /[\p{Mn}\p{Me}]/u;
const DASH = /[\p{Pd}−]/u;
const INVISIBLE = /\u00ad|\u034f|\u061c|[\u200b-\u200f]|[\u202a-\u202e]|[\u2060-\u206f]|[\ufe00-\ufe0f]|\ufeff/;

const STROKES = new Map([
  ['đ', 'd\u0335'],
  ['ħ', 'h\u0335'],
  ['ł', 'l\u0335'],
  ['ŧ', 't\u0335'],
  ['ø', 'o\u0338'],
]);

const SAME = new Map(Object.entries({ ß: 'ss', ς: 'σ', ſ: 's', ı: 'i', æ: 'ae', œ: 'oe' }));

function foldOne(one: string): Letter[] {
  if (DASH.test(one)) return [{ letter: '-', marks: '' }];
  const small = one.toLowerCase();
  const [base = small, ...stroke] = STROKES.get(small) ?? [small];
  if (stroke.length > 0) return [{ letter: base, marks: stroke.join('') }];
  const whole = SAME.get(small) ?? small;
  return Array.from(whole, (letter) => ({ letter, marks: '' }));
}

function addMark(letters: Letter[], mark: string): void {
  const last = letters.at(-1);
  if (last === undefined) letters.push({ letter: mark, marks: '' });
  else if (last.letter !== 'i' || mark !== '\u0307') last.marks += mark;
}

/** A text as it is compared where marks make no difference. */
export function plainLetters(text: string): string {
  return known.memo(text).plain;
}

/** Whether a text holds another one: a letter with marks wants just these, a letter without takes any. */
export function holdsLetters(text: string, sought: string): boolean {
  const [{ letters }, { letters: wanted }] = [known.memo(text), known.memo(sought)];
  return letters.some((_, at) =>
    wanted.every(({ letter, marks }, i) => {
      const here = letters[at + i];
      return here?.letter === letter && (marks === '' || marks === here.marks);
    }),
  );
}
