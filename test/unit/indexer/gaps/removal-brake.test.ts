import { describe, expect, test } from '@jest/globals';
import type { EventReport } from '../../../../src/dynamodb/state/event-report.ts';
import { createRemovalBrake } from '../../../../src/indexer/gaps/removal-brake.ts';
import { createMemoryEvents } from '../../../support/index/memory-index.ts';

const MINUTE_MS = 60_000;

function brakeOn(repositories: number) {
  const clock = { nowMs: 1_000_000_000 };
  const events = createMemoryEvents();
  const create = () =>
    createRemovalBrake({ store: events, countRepositories: async () => repositories, now: () => clock.nowMs });
  return { clock, events, create, mayRemove: create() };
}

async function removed(mayRemove: () => Promise<boolean>, wanted: number): Promise<number> {
  const answers = await Promise.all(Array.from({ length: wanted }, mayRemove));
  return answers.filter(Boolean).length;
}

describe('events may remove within an hour', () => {
  test.each([
    { repositories: 0, may: 20 },
    { repositories: 30, may: 20 },
    { repositories: 1_000, may: 100 },
  ])('$may of $repositories repositories', async ({ repositories, may }) => {
    expect(await removed(brakeOn(repositories).mayRemove, may + 50)).toBe(may);
  });

  test('as many as a whole, however many indexers there are and however often they start', async () => {
    const { create } = brakeOn(500);
    const found = [await removed(create(), 30), await removed(create(), 30)];
    const atOnce = await Promise.all([removed(create(), 30), removed(create(), 30)]);
    expect([...found, ...atOnce].reduce((sum, each) => sum + each, 0)).toBe(50);
  });

  test('and after an hour as many again', async () => {
    const { clock, mayRemove } = brakeOn(100);
    expect(await removed(mayRemove, 20)).toBe(20);
    clock.nowMs += 59 * MINUTE_MS;
    expect(await removed(mayRemove, 1)).toBe(0);
    clock.nowMs += 10 * MINUTE_MS;
    expect(await removed(mayRemove, 30)).toBe(20);
  });

  test('also when they go one by one', async () => {
    const { clock, events, mayRemove } = brakeOn(100);
    let gone = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      gone += await removed(mayRemove, 1);
      clock.nowMs += MINUTE_MS;
    }
    expect(gone).toBe(20);
    expect(events.report.removals.length).toBeLessThan(15);
  });
});

test('what comes at once is counted by few writes', async () => {
  const { events } = brakeOn(10_000);
  let writes = 0;
  const store = {
    update: (change: (stored: EventReport) => EventReport) => {
      writes += 1;
      return events.update(change, AbortSignal.any([]));
    },
  };
  const mayRemove = createRemovalBrake({ store, countRepositories: async () => 10_000, now: () => 1 });
  expect(await removed(mayRemove, 500)).toBe(500);
  expect(writes).toBeLessThanOrEqual(2);
});

test('nothing is removed while that cannot be counted', async () => {
  const store = { update: async () => Promise.reject(new Error('throttled')) };
  const mayRemove = createRemovalBrake({ store, countRepositories: async () => 10, now: () => 1 });
  await expect(Promise.all([mayRemove(), mayRemove()])).rejects.toThrow('throttled');
  await expect(mayRemove()).rejects.toThrow('throttled');
});
