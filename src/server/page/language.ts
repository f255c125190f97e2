import { rangesOf } from './accept.ts';
import { de } from './languages/de.ts';
import { en, type Words } from './languages/en.ts';

/** How a page speaks: its words, and how it writes numbers and times. */
export interface Language {
  readonly words: Words;
  number(value: number): string;
  /** Of bytes, such as `84 MB`. */
  size(bytes: number): string;
  /** Such as `3 hours ago` and `yesterday`. */
  ago(ms: number, nowMs: number): string;
  /** A count of a unit as queries write ages, such as `7 days` for `7d`. */
  age(text: string): string;
}

/** The first language of `Accept-Language` that there is; English where there is none. */
export function languageOf(accepted: string | undefined): Language {
  const wanted = rangesOf(accepted)
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality);
  for (const { type } of wanted) {
    const known = LANGUAGES.find(({ words }) => type === words.code || type.startsWith(`${words.code}-`));
    if (known) return known;
  }
  return ENGLISH;
}

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
/** Each unit, and from how many milliseconds on it is used. */
const AGES: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['week', 7 * DAY_MS],
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', SECOND_MS],
];
const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const UNITS: Readonly<Record<string, string>> = { h: 'hour', d: 'day', w: 'week', m: 'month', y: 'year' };

function createLanguage(words: Words): Language {
  const { code } = words;
  const numbers = new Intl.NumberFormat(code);
  const times = new Intl.RelativeTimeFormat(code, { numeric: 'auto' });
  const inUnit = (unit: string, unitDisplay: 'short' | 'long') =>
    new Intl.NumberFormat(code, { style: 'unit', unit, unitDisplay, maximumSignificantDigits: 3 });
  const sizes = SIZES.map((unit) => inUnit(unit, 'short'));
  const ages = new Map(Object.entries(UNITS).map(([letter, unit]) => [letter, inUnit(unit, 'long')]));
  return {
    words,
    // Most counts are below a thousand, which all languages here write alike, and a page has a hundred of them.
    number: (value) => (value < 1_000 ? String(value) : numbers.format(value)),
    size(bytes) {
      const power = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
      return sizes[power]?.format(bytes / 1_000 ** power) ?? '';
    },
    ago(ms, nowMs) {
      const age = Math.max(0, nowMs - ms);
      const [unit, length] = AGES.find(([, from]) => age >= from) ?? ['second', SECOND_MS];
      return times.format(-Math.floor(age / length), unit);
    },
    age(text) {
      const [, count, letter = ''] = /^(\d+)([a-z])$/.exec(text) ?? [];
      return count === undefined ? text : (ages.get(letter)?.format(Number(count)) ?? text);
    },
  };
}

const ENGLISH = createLanguage(en);
const LANGUAGES: readonly Language[] = [ENGLISH, createLanguage(de)];
