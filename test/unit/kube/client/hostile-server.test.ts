import '../../../support/native-errors.ts';
import { describe, expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { createKubeClient, type KubeClient } from '../../../../src/kube/client/client.ts';
import { readLines } from '../../../../src/kube/client/watch-stream.ts';
import { collect } from '../../../support/collect.ts';
import { startFaultServer, THING } from '../../../support/kube/fault-server.ts';
import { ATTACK_NAMES, attack, FEW_BYTES } from '../../../support/network/hostile-server.ts';

const never = new AbortController().signal;

function clientOf(server: string): KubeClient {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'test', server, skipTLSVerify: true }, { name: 'test', token: 'secret' });
  return createKubeClient({ config, userAgent: 'test/1', timeoutMs: 2_000 });
}

describe('a client of an API server, or of another program at its address', () => {
  test.concurrent.each(ATTACK_NAMES)('is not taken in by %s', async (name) => {
    const get = (url: string) => clientOf(url).get(THING, { namespace: 'team', name: 'a' }, never);
    const { outcome, requests, written } = await attack(name, get);
    expect(outcome).toBeInstanceOf(Error);
    expect(requests).toHaveLength(1);
    if (name.startsWith('an error')) expect(written).toBeLessThan(FEW_BYTES);
    if (name.startsWith('a body')) expect(written).toBeLessThan(2 * FEW_BYTES);
  });

  test.concurrent.each(ATTACK_NAMES)('is not taken in by a watch that is %s', async (name) => {
    const options = { resourceVersion: '1', timeoutSeconds: 300 };
    const watch = (url: string) => collect(clientOf(url).watch(THING, 'team', options, AbortSignal.timeout(2_000)));
    const { outcome, requests, written } = await attack(name, watch);
    expect(outcome).toBeInstanceOf(Error);
    expect(requests).toHaveLength(1);
    if (/^(a body|an error)/.test(name)) expect(written).toBeLessThan(FEW_BYTES);
  });

  test('asks for fewer objects a page where they are too large for one answer', async () => {
    const server = await startFaultServer();
    const blanks = Buffer.alloc(40 * 1024 * 1024, ' ');
    for (let thing = 0; thing < 3; thing += 1) server.put(`thing-${thing}`);
    for (let page = 0; page < 2; page += 1) server.answerNext((_, response) => response.end(blanks));
    const { items } = await createKubeClient({ config: server.config, userAgent: 'test/1' }).list(
      THING,
      undefined,
      {},
      never,
    );
    expect(items).toHaveLength(3);
    await server.close();
  });
});

describe('the lines of a watch', () => {
  const linesOf = (...chunks: string[]) =>
    collect(
      readLines(
        (async function* () {
          for (const chunk of chunks) yield Buffer.from(chunk, 'latin1');
        })(),
      ),
    );

  test('arrive whole, however the stream is cut', async () => {
    const text = Buffer.from('{"a":"é🐋"}\n\n{"b":1}\nlast').toString('latin1');
    const wanted = ['{"a":"é🐋"}', '', '{"b":1}', 'last'];
    expect(await linesOf(text)).toEqual(wanted);
    expect(await linesOf(...text)).toEqual(wanted);
    expect(await linesOf(`${text}\n`)).toEqual(wanted);
    expect(await linesOf('')).toEqual([]);
  });

  test('may not be longer than an object can be', async () => {
    await expect(linesOf(...Array(100).fill('x'.repeat(1e5)))).rejects.toThrow('too long');
  });
});
