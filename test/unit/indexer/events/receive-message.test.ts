import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Source } from '../../../../src/api/settings.ts';
import { createHintQueue, type HintQueue } from '../../../../src/indexer/events/hint-queue.ts';
import { createReceiver, type Receiver } from '../../../../src/indexer/events/receive.ts';

const source: Source = {
  ...{ kind: 's3', bucket: 'images', region: 'eu-west-1', endpoint: undefined, forcePathStyle: false },
  ...{ rootDirectory: '', layout: 'V2' },
};

let queue: HintQueue;
let receiver: Receiver;
let events: string[];
let gaps: string[];
let settled: number;

beforeEach(() => {
  jest.useFakeTimers();
  queue = createHintQueue({ maxNames: 2 });
  [events, gaps, settled] = [[], [], 0];
  receiver = createReceiver({
    ...{ source, pulls: 'Ignore', queue },
    onEvent: (kind) => void events.push(kind),
    onGap: (reason) => void gaps.push(reason),
    onRegistry: () => undefined,
  });
});

afterEach(() => {
  queue.close();
  jest.useRealTimers();
});

const record = (name: string, bucket = 'images') => ({
  s3: {
    bucket: { name: bucket },
    object: { key: `docker/registry/v2/repositories/${name}/_manifests/tags/v1/current/link` },
  },
});

const receive = (body: unknown) =>
  receiver.onMessage(Buffer.from(JSON.stringify(body)), () => {
    settled += 1;
  });

/** Works on all that the queue has. */
async function workOff(): Promise<string[]> {
  await jest.advanceTimersByTimeAsync(1_000);
  const names: string[] = [];
  while (queue.depth() > 0) {
    const work = await queue.take(new AbortController().signal);
    names.push(work?.name ?? '');
    queue.finish(work?.name ?? '');
  }
  return names;
}

describe('a message of a queue', () => {
  test('is settled once all that it names is done, what cannot be read of it left aside and counted', async () => {
    expect(receive({ Records: [record('a'), 7, record('b')] })).toBe('accepted');
    expect([events, gaps, settled]).toEqual([['hint', 'unknown', 'hint'], ['Malformed'], 0]);
    expect(await workOff()).toEqual(['a', 'b']);
    expect(settled).toBe(1);
  });

  test.each<[string, unknown]>([
    ['a test of S3', { Event: 's3:TestEvent' }],
    ['another bucket', { Records: [record('a', 'other')] }],
    ['an object that is no tag', { Records: [{ s3: { bucket: { name: 'images' }, object: { key: 'x' } } }] }],
  ])('is settled at once where it is about %s', (_, body) => {
    expect([receive(body), settled, queue.depth()]).toEqual(['accepted', 1, 0]);
  });

  test('is foreign where it is no event', () => {
    expect([receive({ hello: 'world' }), settled]).toEqual(['foreign', 0]);
  });

  test('is refused, and never settled, where there is no room for all that it names', async () => {
    expect(receive({ Records: [record('a'), record('b'), record('c')] })).toBe('refused');
    expect(await workOff()).toEqual(['a', 'b']);
    expect([settled, gaps]).toEqual([0, []]);
  });
});
