import { expect, test } from '@jest/globals';
import { mistakeInOrigins } from '../../../src/api/origin-mistakes.ts';

test.each([
  [[]],
  [['*']],
  [['https://ui.example.com']],
  [['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:8080', 'https://xn--bcher-kva.example']],
])('%j are origins as browsers send them', (origins) => {
  expect(mistakeInOrigins(origins)).toBeUndefined();
});

test.each([
  [['https://ui.example.com/'], 'write https://ui.example.com'],
  [['https://ui.example.com/app?x=1#y'], 'write https://ui.example.com'],
  [['HTTPS://UI.example.com'], 'write https://ui.example.com'],
  [['https://ui.example.com:443'], 'write https://ui.example.com'],
  [['http://ui.example.com:80'], 'write http://ui.example.com'],
  [['http://ui.example.com:080'], 'write http://ui.example.com'],
  [['https://bücher.example'], 'write https://xn--bcher-kva.example'],
  [['ui.example.com'], 'has no scheme: write https://ui.example.com'],
  [['localhost:3000'], 'has no scheme: write https://localhost:3000'],
  [['//ui.example.com'], 'has no scheme: write https://ui.example.com'],
  [['https://*.example.com'], 'is a pattern: write each origin out'],
  [['https://*'], 'is a pattern'],
  [['**'], 'is a pattern'],
  [['*', 'https://ui.example.com'], 'holds * and other origins'],
  [['null'], 'is not an origin such as'],
  [[''], 'is not an origin such as'],
  [['ftp://ui.example.com'], 'is not an origin such as'],
  [['chrome-extension://abc'], 'is not an origin such as'],
  [['https://'], 'is not an origin such as'],
  [['https:\\\\ui.example.com'], 'no scheme'],
  [['https://a b'], 'is not an origin such as'],
  [[' https://ui.example.com'], 'is not an origin such as'],
  [['https://ui.example.com', 'https://ui.example.com/'], 'write https://ui.example.com'],
])('%j: %s', (origins, sentence) => {
  expect(mistakeInOrigins(origins)).toMatch(/^search\.cors\.origins holds /);
  expect(mistakeInOrigins(origins)).toContain(sentence);
});

test('no password and no control character is repeated', () => {
  expect(mistakeInOrigins(['https://me:secret@ui.example.com'])).not.toContain('secret');
  expect(mistakeInOrigins(['https://ui\u001b[2J'])).not.toContain('\u001b');
});
