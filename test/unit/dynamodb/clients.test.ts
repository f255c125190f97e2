import { expect, test } from '@jest/globals';
import { createSharedClients } from '../../../src/dynamodb/clients.ts';

const HERE = { region: 'eu-west-1', endpoint: 'http://127.0.0.1:1', credentials: undefined };
const KEYS = { accessKeyId: 'id', secretAccessKey: 'key' };

test('indexes with the same endpoint and keys have the same clients until the last of them closes', () => {
  const { take } = createSharedClients();
  const [first, second] = [take(HERE), take({ ...HERE })];
  expect(second.data).toBe(first.data);
  expect(second.control).toBe(first.control);
  first.close();
  const third = take(HERE);
  expect(third.data).toBe(second.data);
  second.close();
  third.close();
  expect(take(HERE).data).not.toBe(first.data);
});

test.each([{ region: 'eu-west-2' }, { endpoint: 'http://127.0.0.1:2' }, { credentials: KEYS }, { maxAnswerBytes: 1 }])(
  'another %p has others',
  (other) => {
    const { take } = createSharedClients();
    expect(take({ ...HERE, ...other }).data).not.toBe(take(HERE).data);
  },
);
