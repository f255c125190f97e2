/** One letter of a text as it is compared, and the marks on it. */
interface Letter {
  readonly letter: string;
  marks: string;
}

/** Letters one by one, from what Unicode says of each: written without `fold`, which it checks. */
function lettersOf(text: string): Letter[] {
  const letters: Letter[] = [];
  for (const one of text.toWellFormed().normalize('NFKD')) {
    if (INVISIBLE.test(one)) continue;
    if (/[\p{Mn}\p{Me}]/u.test(one)) addMark(letters, one);
    else for (const each of foldOne(one)) letters.push(each);
  }
  return letters;
}

const INVISIBLE = /\u00ad|\u034f|\u061c|[\u200b-\u200f]|[\u202a-\u202e]|[\u2060-\u206f]|[\ufe00-\ufe0f]|\ufeff/;

const STROKES = new Map([
  ['đ', 'd\u0335'],
  ['ħ', 'h\u0335'],
  ['ł', 'l\u0335'],
  ['ŧ', 't\u0335'],
  ['ø', 'o\u0338'],
]);

function foldOne(one: string): Letter[] {
  if (/[\p{Pd}−]/u.test(one)) return [{ letter: '-', marks: '' }];
  const small = one.toLowerCase();
  const [base = small, ...stroke] = STROKES.get(small) ?? [small];
  if (stroke.length > 0) return [{ letter: base, marks: stroke.join('') }];
  const whole = { ß: 'ss', ς: 'σ', ſ: 's', ı: 'i', æ: 'ae', œ: 'oe' }[small] ?? small;
  return Array.from(whole, (letter) => ({ letter, marks: '' }));
}

function addMark(letters: Letter[], mark: string): void {
  const last = letters.at(-1);
  if (last === undefined) letters.push({ letter: mark, marks: '' });
  else if (last.letter !== 'i' || mark !== '\u0307') last.marks += mark;
}

/** A text as it is compared where marks make no difference. */
export function plainLetters(text: string): string {
  return lettersOf(text)
    .map(({ letter }) => letter)
    .join('');
}

/** Whether a text holds another one: a letter with marks wants just these, a letter without takes any. */
export function holdsLetters(text: string, sought: string): boolean {
  const [letters, wanted] = [lettersOf(text), lettersOf(sought)];
  return letters.some((_, at) =>
    wanted.every(({ letter, marks }, i) => {
      const here = letters[at + i];
      return here?.letter === letter && (marks === '' || marks === here.marks);
    }),
  );
}
