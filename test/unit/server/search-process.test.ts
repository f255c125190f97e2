import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { startSearch } from '../../../src/server/search-process.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { freePort } from '../../env/free-port.ts';
import { until } from '../../support/eventually.ts';
import { createSearchTables, ownershipRecordOf, type SearchTables } from '../../support/search/search-tables.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };
const QUICK = { ownershipIntervalMs: 1, feedIntervalMs: 1 };

async function start(index: SearchTables, drainMs = 0) {
  const stop = new AbortController();
  const log = pino({ level: 'silent' });
  const metricsRegistry = createMetricsRegistry();
  const listens = { listen: LOOPBACK, healthListen: LOOPBACK, drainMs };
  const search = await startSearch({ index, metricsRegistry, log, ...listens, settings: QUICK }, stop.signal);
  const end = async () => {
    stop.abort();
    await search.finished;
  };
  return { ...search, stop, end };
}

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.status;
}

describe('the search process', () => {
  test('lives before it is ready, is ready once the index is loaded, and tells its figures', async () => {
    const tables = createSearchTables();
    tables.setOwnership({ kind: 'none' });
    tables.write('team/x', Date.now());
    const { url, healthUrl, end } = await start(tables);
    expect(await statusOf(`${healthUrl}/healthz`)).toBe(200);
    expect(await statusOf(`${healthUrl}/readyz`)).toBe(503);
    expect(await statusOf(`${url}/v1/search?q=team`)).toBe(503);
    tables.setOwnership(ownershipRecordOf());
    await until(async () => (await statusOf(`${healthUrl}/readyz`)) === 200);
    expect(await (await fetch(`${url}/v1/search?q=team`)).json()).toMatchObject({ num_results: 1 });
    const metrics = await (await fetch(`${healthUrl}/metrics`)).text();
    expect(metrics).toContain('\nregistry_index_repositories 1\n');
    expect(metrics).toContain('\nregistry_index_tags 1\n');
    await end();
  });

  test('stays ready and answers when the tables are gone, and counts the failures', async () => {
    const tables = createSearchTables();
    tables.write('team/x', Date.now());
    const { url, healthUrl, end } = await start(tables);
    await until(async () => (await statusOf(`${healthUrl}/readyz`)) === 200);
    tables.fail('missing');
    const failures = /registry_index_replica_errors_total\{reason="TableNotFound"\} [1-9]/;
    await until(async () => failures.test(await (await fetch(`${healthUrl}/metrics`)).text()));
    expect(await statusOf(`${healthUrl}/readyz`)).toBe(200);
    expect(await (await fetch(`${url}/v1/search?q=team`)).json()).toMatchObject({ num_results: 1 });
    await end();
  });

  test('is not ready from the moment it is told to stop, and answers while it drains', async () => {
    const tables = createSearchTables();
    const { url, healthUrl, stop, finished } = await start(tables, 3_000);
    await until(async () => (await statusOf(`${healthUrl}/readyz`)) === 200);
    stop.abort();
    expect(await statusOf(`${healthUrl}/readyz`)).toBe(503);
    const { status, headers } = await fetch(`${url}/v1/search`);
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    await finished;
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    await expect(fetch(`${healthUrl}`)).rejects.toThrow('fetch failed');
  });

  test('guards both of its ports: who sends thousands of requests and reads nothing is refused, and others are answered', async () => {
    const tables = createSearchTables();
    tables.write('team/x', Date.now());
    const { url, healthUrl, end } = await start(tables);
    await until(async () => (await statusOf(`${healthUrl}/readyz`)) === 200);
    const metrics = async () => (await fetch(`${healthUrl}/metrics`)).text();
    for (const [port, target, path] of [
      ['api', url, '/v1/search?q=team&n=1000'],
      ['monitoring', healthUrl ?? '', '/metrics'],
    ] as const) {
      const { hostname, port: number } = new URL(target);
      const sockets = Array.from({ length: 10 }, () => connect(Number(number), hostname).pause());
      const requests = `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(20_000);
      for (const socket of sockets) socket.on('error', () => undefined).write(requests);
      await until(async () => (await metrics()).includes(`{port="${port}",reason="refused"} 10\n`));
      expect(await (await fetch(`${url}/v1/search?q=team`)).json()).toMatchObject({ num_results: 1 });
      expect(await statusOf(`${healthUrl}/healthz`)).toBe(200);
      for (const socket of sockets) socket.destroy();
    }
    await end();
  });

  test('opens nothing when its port is taken', async () => {
    const tables = createSearchTables();
    const first = await start(tables);
    const port = Number(new URL(first.url).port);
    const healthListen = { ...LOOPBACK, port: await freePort() };
    const deps = {
      index: tables,
      metricsRegistry: createMetricsRegistry(),
      log: pino({ level: 'silent' }),
      healthListen,
    };
    const second = startSearch({ ...deps, listen: { ...LOOPBACK, port } }, new AbortController().signal);
    await expect(second).rejects.toThrow('EADDRINUSE');
    await expect(fetch(`http://127.0.0.1:${healthListen.port}/healthz`)).rejects.toThrow('fetch failed');
    await first.end();
  });
});
