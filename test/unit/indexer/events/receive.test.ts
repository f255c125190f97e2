import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Source } from '../../../../src/api/settings.ts';
import type { EventGapReason } from '../../../../src/dynamodb/state/event-report.ts';
import { createHintQueue, type HintQueue } from '../../../../src/indexer/events/hint-queue.ts';
import { createReceiver, type Receiver } from '../../../../src/indexer/events/receive.ts';

const source: Source = {
  ...{ kind: 's3', bucket: 'b', region: 'eu-west-1', endpoint: undefined, forcePathStyle: false },
  ...{ rootDirectory: '', layout: 'V2' },
};

let queue: HintQueue;
let gaps: EventGapReason[];
let registries: string[];
let receiver: Receiver;

beforeEach(() => {
  queue = createHintQueue({ maxNames: 2 });
  [gaps, registries] = [[], []];
  receiver = createReceiver({
    ...{ source, pulls: 'Ignore', queue },
    onEvent: () => undefined,
    onGap: (reason) => gaps.push(reason),
    onRegistry: (instanceId) => registries.push(instanceId),
  });
});

afterEach(() => queue.close());

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const push = (repository: string, instanceID?: string) => ({
  action: 'push',
  target: { repository, tag: 'v1' },
  ...(instanceID === undefined ? {} : { source: { instanceID } }),
});

test('a notification says which processes of the registry speak, whatever they say', () => {
  const blob = { action: 'push', target: { repository: 'a' }, source: { instanceID: 'two' } };
  expect(receiver.onNotification(bytes({ events: [push('a', 'one'), blob, push('a')] }))).toBe(true);
  expect(registries).toEqual(['one', 'two']);
  expect(gaps).toEqual([]);
});

test('what cannot be understood or remembered is a gap for each event, of registries and stores alike', () => {
  receiver.onNotification(bytes('text'));
  receiver.onNotification(bytes({ events: [{ action: 'sing', target: { repository: 'a' } }, push('a')] }));
  receiver.onNotification(bytes({ events: [push('b'), push('c'), push('a')] }));
  expect(gaps).toEqual(['Malformed', 'Malformed', 'QueueFull']);
  receiver.onStorageEvent(Buffer.from('no JSON'), 'minio');
  expect(gaps.slice(3)).toEqual(['Malformed']);
});

test('a message with a record that cannot be read is a gap, and settled', () => {
  let settled = 0;
  const use = receiver.onMessage(bytes({ Records: [{ s3: { bucket: {}, object: {} } }] }), () => {
    settled += 1;
  });
  expect([use, settled, gaps]).toEqual(['accepted', 1, ['Malformed']]);
});
