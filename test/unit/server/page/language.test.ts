import { describe, expect, test } from '@jest/globals';
import { FILTERS } from '../../../../src/search/query/filters.ts';
import { type Mistake, QueryError } from '../../../../src/search/query/mistake.ts';
import { parseQuery } from '../../../../src/search/query/parse.ts';
import { languageOf } from '../../../../src/server/page/language.ts';

const [english, german] = [languageOf('en'), languageOf('de')];
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-11-28T12:00:00Z');

describe('how long ago something was', () => {
  test.each([
    [0, 'now', 'jetzt'],
    [-DAY_MS, 'now', 'jetzt'],
    [59_999, '59 seconds ago', 'vor 59 Sekunden'],
    [MINUTE_MS, '1 minute ago', 'vor 1 Minute'],
    [3 * 60 * MINUTE_MS, '3 hours ago', 'vor 3 Stunden'],
    [DAY_MS, 'yesterday', 'gestern'],
    [6.9 * DAY_MS, '6 days ago', 'vor 6 Tagen'],
    [29 * DAY_MS, '4 weeks ago', 'vor 4 Wochen'],
    [45 * DAY_MS, 'last month', 'letzten Monat'],
    [364 * DAY_MS, '12 months ago', 'vor 12 Monaten'],
    [800 * DAY_MS, '2 years ago', 'vor 2 Jahren'],
  ])('%d ms: %s, %s', (age, inEnglish, inGerman) => {
    expect(english.ago(NOW_MS - age, NOW_MS)).toBe(inEnglish);
    expect(german.ago(NOW_MS - age, NOW_MS)).toBe(inGerman);
  });
});

describe('numbers, sizes and ages', () => {
  test.each([
    [0, '0 byte', '0 Byte'],
    [999, '999 byte', '999 Byte'],
    [1_000, '1 kB', '1 kB'],
    [84_123_456, '84.1 MB', '84,1 MB'],
    [1.5e9, '1.5 GB', '1,5 GB'],
    [7e15, '7,000 TB', '7.000 TB'],
  ])('%d bytes: %s, %s', (bytes, inEnglish, inGerman) => {
    expect(english.size(bytes).replace('\u00a0', ' ')).toBe(inEnglish);
    expect(german.size(bytes).replace('\u00a0', ' ')).toBe(inGerman);
  });

  test('numbers have the separators of their language', () => {
    expect([english.number(100_000), german.number(100_000)]).toEqual(['100,000', '100.000']);
  });

  test.each([
    ['7d', 'within 7 days', 'vor weniger als 7 Tagen'],
    ['30d', 'within 30 days', 'vor weniger als 30 Tagen'],
    ['1y', 'within 1 year', 'vor weniger als 1 Jahr'],
    ['24h', 'within 24 hours', 'vor weniger als 24 Stunden'],
    ['odd', 'within odd', 'vor weniger als odd'],
  ])('%s: %s, %s', (age, inEnglish, inGerman) => {
    expect(english.words.within(english.age(age))).toBe(inEnglish);
    expect(german.words.within(german.age(age))).toBe(inGerman);
  });
});

describe('a mistake in a query is explained in German', () => {
  test.each([
    ['arhc:arm64', 'den Filter `arhc:` gibt es nicht; meinen Sie `arch:`?'],
    ['namespace:', '`namespace:` hat keinen Wert; es nimmt einen Namensraum, etwa `team-a`'],
    ['signed:maybe', '`signed:` kann nicht `maybe` sein; es nimmt `yes` oder `no`'],
    ['"a', 'das Anführungszeichen wird nicht geschlossen'],
    ['"a"b', 'nach dem Anführungszeichen fehlt ein Leerzeichen'],
    ['""', 'zwischen den Anführungszeichen steht nichts'],
    [
      'tag:a tag:b',
      'ein zweites `tag:`; alles über Tags gilt für ein und dasselbe Tag; `tag:v1,v2` sucht eines von beiden',
    ],
    ['a '.repeat(33), 'die Suche verlangt zu viel; sie darf 32 Wörter und Filter haben'],
    ['a'.repeat(1_025), 'die Suche ist zu lang; sie darf 1024 Zeichen haben'],
  ])('%s', (query, explained) => {
    expect(german.words.mistakeOf(mistakeIn(query))).toBe(explained);
  });

  test('whatever filter it is in', () => {
    for (const [name, { wants }] of FILTERS) {
      const mistake = mistakeIn(`${name}:`);
      expect(german.words.mistakeOf(mistake)).toMatch(new RegExp(`^\`${name}:\` hat keinen Wert; es nimmt `));
      expect(german.words.mistakeOf(mistake)).not.toContain(wants);
    }
  });
});

function mistakeIn(query: string): Mistake {
  try {
    parseQuery(query, NOW_MS);
  } catch (error) {
    if (error instanceof QueryError) return error.mistake;
    throw error;
  }
  throw new Error(`there is no mistake in ${query}`);
}

test('no language leaves a word out', () => {
  const keysOf = (value: object): string[] =>
    Object.entries(value).flatMap(([key, part]) =>
      typeof part === 'object' ? keysOf(part).map((below) => `${key}.${below}`) : [key],
    );
  expect(keysOf(german.words).sort()).toEqual(keysOf(english.words).sort());
});
