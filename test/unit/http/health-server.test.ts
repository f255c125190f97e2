import { once } from 'node:events';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Gauge } from 'prom-client';
import { buildHealthServer } from '../../../src/http/health-server.ts';
import { exposeSockets } from '../../../src/http/socket-metrics.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { until } from '../../support/eventually.ts';
import { portOf } from '../../support/network/listen.ts';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open() {
  const metricsRegistry = createMetricsRegistry();
  const { app, guard, close } = buildHealthServer({ metricsRegistry, isReady: () => true, limits: { connections: 4 } });
  exposeSockets(metricsRegistry, { monitoring: guard });
  await app.listen({ host: '127.0.0.1', port: 0 });
  closing.push(() => close(0));
  const port = portOf(app.server);
  return { app, metricsRegistry, guard, port, url: `http://127.0.0.1:${port}` };
}

async function hold(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  closing.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** On a connection of its own, as a kubelet asks. */
async function probe(url: string): Promise<number | undefined> {
  const [response] = await once(get(url, { agent: false }), 'response');
  response.resume();
  return response.statusCode;
}

describe('the port for health and metrics', () => {
  test('answers a probe though one client holds all connections that there may be, and more', async () => {
    const { guard, port, url } = await open();
    for (let count = 1; count <= 20; count += 1) {
      await hold(port);
      await until(() => guard.connections() + guard.ended().crowded >= count);
    }
    for (const path of ['/healthz', '/readyz']) expect(await probe(url + path)).toBe(200);
    expect(guard.connections()).toBeLessThanOrEqual(4);
  });

  test('answers a probe while a client that reads nothing sends a thousand requests on each of many connections', async () => {
    const { guard, port, url } = await open();
    for (let count = 1; count <= 20; count += 1) {
      (await hold(port)).pause().write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1_000));
      await until(() => guard.ended().refused + guard.ended().crowded >= count);
      expect(await probe(`${url}/healthz`)).toBe(200);
    }
  });

  test('collects figures once for all who ask meanwhile', async () => {
    const { app, metricsRegistry, url } = await open();
    let requests = 0;
    app.server.on('request', () => void requests++);
    const release = Promise.withResolvers<void>();
    let collected = 0;
    new Gauge({
      name: 'slow',
      help: 'slow',
      registers: [metricsRegistry],
      async collect() {
        collected += 1;
        await release.promise;
        this.set(1);
      },
    });
    const asked = [1, 2, 3].map(async () => (await fetch(`${url}/metrics`)).text());
    await until(() => requests === 3);
    expect(collected).toBe(1);
    release.resolve();
    for (const text of await Promise.all(asked)) expect(text).toContain('\nslow 1\n');
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('\nslow 1\n');
    expect(collected).toBe(2);
  });

  test('tells its connections, and those that it ended', async () => {
    const { port, url } = await open();
    const socket = await hold(port);
    socket.write('no request\r\n\r\n');
    await once(socket, 'data');
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toMatch(/^registry_index_connections\{port="monitoring"\} \d+$/m);
    expect(text).toContain('registry_index_connections_ended_total{port="monitoring",reason="refused"} 1\n');
    expect(text).toContain('registry_index_connections_ended_total{port="monitoring",reason="crowded"} 0\n');
  });
});
