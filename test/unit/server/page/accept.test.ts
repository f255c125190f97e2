import { describe, expect, test } from '@jest/globals';
import { wantsHtml, wantsResults } from '../../../../src/server/page/accept.ts';
import { languageOf } from '../../../../src/server/page/language.ts';

const CHROME = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

describe('HTML is for who says so', () => {
  test.each([
    [CHROME, true],
    ['text/html', true],
    ['TEXT/HTML; charset=utf-8', true],
    ['application/json, text/html', true],
    ['application/json, text/html;q=0.9', false],
    ['text/html;q=0', false],
    ['text/html;q=x', false],
    ['text/*', false],
    ['*/*', false],
    ['application/json', false],
    ['', false],
    [undefined, false],
  ])('%s: %s', (accept, expected) => {
    expect(wantsHtml(accept)).toBe(expected);
  });

  test('results alone are for the script', () => {
    expect(wantsResults('text/html; fragment=results')).toBe(true);
    expect(wantsResults(CHROME)).toBe(false);
  });
});

describe('the language that a reader prefers', () => {
  test.each([
    ['de', 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['DE', 'de'],
    ['fr-FR, fr;q=0.9, de;q=0.5, en;q=0.4', 'de'],
    ['en-GB,en;q=0.9,de;q=0.8', 'en'],
    ['de;q=0, fr', 'en'],
    ['den', 'en'],
    ['*', 'en'],
    ['', 'en'],
    [undefined, 'en'],
  ])('of %s: %s', (accepted, code) => {
    expect(languageOf(accepted).words.code).toBe(code);
  });
});
