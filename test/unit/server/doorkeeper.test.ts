import { expect, test } from '@jest/globals';
import { createDoorkeeper } from '../../../src/server/answers/answer-cache.ts';

test('a URL was asked for once it is asked for again, whatever few others were meanwhile', () => {
  const wasAsked = createDoorkeeper();
  expect([wasAsked('/a'), wasAsked('/b'), wasAsked('/a'), wasAsked('/b')]).toEqual([false, false, true, true]);
});

test('a URL is forgotten when very many others were asked for', () => {
  const wasAsked = createDoorkeeper();
  wasAsked('/a');
  for (let i = 0; i < 300_000; i += 1) wasAsked(`/other/${i}`);
  expect(wasAsked('/a')).toBe(false);
});
