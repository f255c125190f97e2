import { describe, expect, test } from '@jest/globals';
import { createCredentialClient } from '../../../../src/server/access/registry/credential-client.ts';
import { ATTACK_NAMES, attack, FEW_BYTES } from '../../../support/network/hostile-server.ts';
import '../../../support/native-errors.ts';

const signal = new AbortController().signal;
/** Of which the status alone counts, as of others that begin so. */
const BEGINS_WELL = /^(a body (of|in)|a chunk extension|trailers|a gigabyte|JSON)/;

async function outcomeOf<T>(name: (typeof ATTACK_NAMES)[number], ask: (url: string) => Promise<T>) {
  const { outcome, requests, written } = await attack(name, ask);
  expect(requests).toHaveLength(1);
  if (/^(a body|an error)/.test(name)) expect(written).toBeLessThan(FEW_BYTES);
  return outcome;
}

describe('a registry', () => {
  test.concurrent.each(ATTACK_NAMES)('that sends %s says of a login no more than its status does', async (name) => {
    const outcome = await outcomeOf(name, async (url) => {
      const client = createCredentialClient({ url });
      const answer = await client.ask('Basic eA==', signal);
      await client.close();
      return answer;
    });
    const failed = { kind: 'failed', why: expect.not.stringContaining('SECRET') };
    expect(outcome).toMatchObject(BEGINS_WELL.test(name) ? { kind: expect.any(String) } : failed);
  });

  test.concurrent.each(ATTACK_NAMES)('that sends %s gives no token by that', async (name) => {
    const outcome = await outcomeOf(name, async (url) => {
      const client = createCredentialClient({ url });
      const asked = { url: new URL(`${url}/token`), service: undefined, credential: undefined };
      const answer = await client.fetchToken(asked, signal);
      await client.close();
      return answer;
    });
    expect(outcome).toMatchObject({ kind: 'failed', why: expect.not.stringContaining('SECRET') });
  });
});
