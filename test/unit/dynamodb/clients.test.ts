import { expect, test } from '@jest/globals';
import { createSharedClients } from '../../../src/dynamodb/clients.ts';

const HERE = { region: 'eu-west-1', endpoint: 'http://127.0.0.1:1', credentials: undefined };
const KEYS = { accessKeyId: 'id', secretAccessKey: 'key' };

test('indexes with the same endpoint and keys have the same clients until the last of them closes', () => {
  const { take } = createSharedClients();
  const [first, second] = [take(HERE), take({ ...HERE })];
  expect(second.once).toBe(first.once);
  expect(second.control).toBe(first.control);
  first.close();
  const third = take(HERE);
  expect(third.once).toBe(second.once);
  second.close();
  third.close();
  expect(take(HERE).once).not.toBe(first.once);
});

test.each([{ region: 'eu-west-2' }, { endpoint: 'http://127.0.0.1:2' }, { credentials: KEYS }, { maxAnswerBytes: 1 }])(
  'another %p has others',
  (other) => {
    const { take } = createSharedClients();
    expect(take({ ...HERE, ...other }).once).not.toBe(take(HERE).once);
  },
);
