import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Gauge } from 'prom-client';
import { buildHealthServer } from '../../../src/http/health-server.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { runCommand } from '../../env/command.ts';
import { type ApiServer, startApiServer } from '../../support/operator/api-server.ts';

const PROGRAM = join(import.meta.dirname, '../../../src/main.ts');

let server: ApiServer;
let url: string;
let isReady = true;
let close: (graceMs: number) => Promise<void>;

beforeAll(async () => {
  server = await startApiServer();
  const metricsRegistry = createMetricsRegistry();
  new Gauge({
    name: 'leader_election_master_status',
    help: 'As the operator has it.',
    registers: [metricsRegistry],
  }).set(1);
  const health = buildHealthServer({ metricsRegistry, isReady: () => isReady });
  close = health.close;
  url = await health.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await close?.(0);
  await server?.stop();
});

/** What the command prints; rejects with it where a check fails. */
const check = (operator: string) => {
  const env = { KUBECONFIG: server.kubeconfigPath };
  return runCommand(process.execPath, [PROGRAM, 'check-release', `--operator=${operator}`], { env });
};

test('a release that works passes, and nothing is made', async () => {
  expect((await check(url)).trim().split('\n')).toEqual([
    '✓ an operator is ready',
    '✓ it has metrics',
    '✓ a RegistryIndex is taken',
    '✓ one that is wrong is refused',
  ]);
  expect(await server.kubectl('get', 'ri', '--all-namespaces', '--output=name')).toBe('');
});

test('an operator that is not ready is named, and the rest is looked at all the same', async () => {
  isReady = false;
  const failure = check(url).finally(() => {
    isReady = true;
  });
  await expect(failure).rejects.toThrow(/✗ an operator is ready: .*\/readyz answers 503[^✓]*✓ it has metrics/s);
});

test('where nobody answers, the address is named', async () => {
  await expect(check('http://127.0.0.1:9')).rejects.toThrow('http://127.0.0.1:9/readyz does not answer');
});

test('a cluster that lacks the CustomResourceDefinition, or has one that takes everything, does not pass', async () => {
  const crd = 'crd/registryindexes.registryindex.dev';
  const open = [{ op: 'replace', path: '/spec/versions/0/schema/openAPIV3Schema', value: OPEN }];
  await server.kubectl('patch', crd, '--type=json', `--patch=${JSON.stringify(open)}`);
  await expect(check(url)).rejects.toThrow('the CustomResourceDefinition is not that of this chart');
  await server.kubectl('delete', crd);
  await expect(check(url)).rejects.toThrow(/✗ a RegistryIndex is taken: /);
});

const OPEN = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
