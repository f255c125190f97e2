import { createServer } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { send } from '../../../src/client/send.ts';
import { ProxyInvalid } from '../../../src/network/proxy.ts';
import { listen } from '../../support/network/listen.ts';

const asking = { method: 'GET', url: new URL('http://search.invalid/v1/search?q=a'), headers: {} } as const;
const signal = () => AbortSignal.timeout(10_000);

afterEach(() => {
  delete process.env.HTTP_PROXY;
});

test('a search service is asked through the proxy that the environment names', async () => {
  const seen: (string | undefined)[] = [];
  const proxy = createServer(({ url }, response) => {
    seen.push(url);
    response.end('{"results":[]}');
  });
  process.env.HTTP_PROXY = `http://127.0.0.1:${await listen(proxy)}`;
  expect(await send(asking, { signal: signal() })).toMatchObject({ status: 200, json: { results: [] } });
  expect(seen).toEqual([asking.url.href]);
  proxy.closeAllConnections();
  proxy.close();
});

test('what is no proxy is told as such', async () => {
  process.env.HTTP_PROXY = 'socks5://proxy';
  await expect(send(asking, { signal: signal() })).rejects.toThrow(ProxyInvalid);
});
