import { expect, test } from '@jest/globals';
import { senderSecrets } from '../../../src/commands/sender-secrets.ts';

test('secrets of senders come from the environment, and an empty one is none', () => {
  expect(senderSecrets({ REGISTRY_INDEX_NOTIFICATIONS_TOKEN: 'a b', REGISTRY_INDEX_WEBHOOK_SECRET: '' })).toEqual({
    token: 'a b',
    webhookSecret: undefined,
  });
});

test.each(['REGISTRY_INDEX_NOTIFICATIONS_TOKEN', 'REGISTRY_INDEX_WEBHOOK_SECRET'])(
  'blanks in %s are a mistake, which is named',
  (name) => {
    expect(() => senderSecrets({ [name]: ' \n' })).toThrow(`${name} holds nothing but blanks`);
  },
);

test('a Secret that was made of a file loses the line break at its end', () => {
  const env = { REGISTRY_INDEX_NOTIFICATIONS_TOKEN: 'token\n', REGISTRY_INDEX_WEBHOOK_SECRET: 'secret\r\n' };
  expect(senderSecrets(env)).toEqual({ token: 'token', webhookSecret: 'secret' });
});
