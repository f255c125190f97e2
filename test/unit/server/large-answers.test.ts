import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { EngineBusy } from '../../../src/search/api.ts';
import { createLargeAnswers } from '../../../src/server/answers/large-answers.ts';
import { searchRecord } from '../../support/search/search-records.ts';
import { createServerBench } from '../../support/search/search-server.ts';

function asking() {
  const client = new AbortController();
  return { rows: 1_000, signal: client.signal, leave: () => client.abort(new Error('left')) };
}

describe('answers of many rows', () => {
  test('are made one a turn of the event loop, in their order; those of few at once', async () => {
    const { inTurn } = createLargeAnswers();
    const made: string[] = [];
    const large = ['first', 'second', 'third'].map((name) => inTurn(asking(), () => made.push(name)));
    inTurn({ ...asking(), rows: 100 }, () => made.push('small'));
    expect(made).toEqual(['small']);
    for (const count of [2, 3, 4]) {
      await setImmediate();
      await Promise.resolve();
      expect(made.length).toBeLessThanOrEqual(count);
    }
    await Promise.all(large);
    expect(made).toEqual(['small', 'first', 'second', 'third']);
  });

  test('are refused where too many wait, and those that nobody waits for give way', async () => {
    const { inTurn } = createLargeAnswers(2);
    const gone = asking();
    const waiting = [inTurn(gone, () => 'gone'), inTurn(asking(), () => 'stays')];
    await expect(inTurn(asking(), () => 'refused')).rejects.toThrow(EngineBusy);
    gone.leave();
    const late = inTurn(asking(), () => 'late');
    await expect(waiting[0]).rejects.toThrow('left');
    expect([await waiting[1], await late]).toEqual(['stays', 'late']);
    expect(await inTurn(asking(), () => 'next')).toBe('next');
  });

  test('that fail are the failure of the one who asked alone', async () => {
    const { inTurn } = createLargeAnswers();
    const failing = inTurn(asking(), () => {
      throw new Error('broken');
    });
    const other = inTurn(asking(), () => 'other');
    await expect(failing).rejects.toThrow('broken');
    expect(await other).toBe('other');
  });
});

test('a flood of large searches is refused in part, and small ones are answered all the same', async () => {
  const { app } = createServerBench(Array.from({ length: 1_000 }, (_, i) => searchRecord(`team/r${i}`)));
  const large = Array.from({ length: 200 }, (_, i) => app.inject({ url: `/v1/search?q=r&n=1000&client=${i}` }));
  const catalogs = Array.from({ length: 50 }, (_, i) => app.inject({ url: `/v2/_catalog?n=1000&client=${i}` }));
  const small = await app.inject({ url: '/v1/search?q=team&n=25' });
  expect(small.statusCode).toBe(200);
  const answers = await Promise.all([...large, ...catalogs]);
  const refused = answers.filter(({ statusCode }) => statusCode === 503);
  expect(refused.length).toBeGreaterThan(0);
  for (const { headers, json } of refused) {
    expect(headers['retry-after']).toBe('1');
    expect(json().errors[0].code).toBe('BUSY');
  }
  const given = answers.filter(({ statusCode }) => statusCode === 200);
  expect(given.length + refused.length).toBe(250);
  expect(given.length).toBeGreaterThanOrEqual(64);
});
