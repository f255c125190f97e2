import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { probeSearch } from '../../../src/client/search-status.ts';
import { ATTACK_NAMES, attack, FEW_BYTES } from '../../support/network/hostile-server.ts';
import { listen } from '../../support/network/listen.ts';

const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** What a probe makes of a search service that says this of itself. */
async function probed(text: string, status = 200) {
  const server = createServer((_, response) => response.writeHead(status).end(text));
  const url = `http://127.0.0.1:${await listen(server)}`;
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return probeSearch({ url, nudgeKey: undefined }, new AbortController().signal);
}

const good = { repositories: 3, tags: 5, epoch: 1, incomplete: false };

describe('a search service that is asked what it finds', () => {
  test('is parsed, and other fields are ignored', async () => {
    expect(await probed(JSON.stringify({ ...good, more: 'x' }))).toEqual(good);
    expect(await probed(JSON.stringify(good), 503)).toBeUndefined();
  });

  test('says what is wrong with access, of which nothing secret and no word that is no reason is kept', async () => {
    const problem = { reason: 'RegistryOpen', message: 'Bearer aaaaaaaaaaaaaaaaaaaaaaaa\nis accepted' };
    const kept = { reason: 'RegistryOpen', message: 'Bearer [hidden] is accepted' };
    expect(await probed(JSON.stringify({ ...good, problem }))).toEqual({ ...good, problem: kept });
    for (const other of [{ ...problem, reason: 'a b' }, { reason: 'A' }, 'RegistryOpen', null])
      expect(await probed(JSON.stringify({ ...good, problem: other }))).toEqual(good);
  });

  test.each(['repositories', 'tags', 'epoch'])('is not believed a number of %s that is none', async (field) => {
    const wrong = ['-1', '1.5', '1e300', '9007199254740993', '1e400', 'null', '"3"', '[3]', 'true'];
    for (const number of wrong) {
      const text = JSON.stringify({ ...good, [field]: 'HERE' }).replace('"HERE"', number);
      expect([number, await probed(text)]).toEqual([number, undefined]);
    }
  });

  test('must say as a boolean whether it is incomplete', async () => {
    expect(await probed(JSON.stringify({ ...good, incomplete: 'false' }))).toBeUndefined();
    expect(await probed('[]')).toBeUndefined();
  });

  test.concurrent.each(ATTACK_NAMES)('counts as one that does not answer when it sends %s', async (name) => {
    const { outcome, requests, written } = await attack(name, (url) =>
      probeSearch({ url, nudgeKey: undefined }, AbortSignal.timeout(2_000)),
    );
    expect(outcome).toBeUndefined();
    expect(requests).toEqual(['GET /v1/status']);
    if (/^(a body|an error)/.test(name)) expect(written).toBeLessThan(FEW_BYTES);
  });
});
