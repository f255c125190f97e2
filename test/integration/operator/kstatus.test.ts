import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { API_VERSION, KIND } from '../../../src/api/registry-index.ts';
import { runCommand } from '../../env/command.ts';
import { goTool } from '../../env/go-tools.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { eventually } from '../../support/eventually.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { kstatusOf } from '../../support/operator/kstatus.ts';
import { type Resource, resourceIn } from '../../support/operator/live-resource.ts';
import type { OperatorProcess } from '../../support/operator/operator-process.ts';
import { fill, startPods } from '../../support/operator/pods.ts';

let cluster: Cluster;
let operator: OperatorProcess;
let temp: Awaited<ReturnType<typeof tempDirectory>>;

beforeAll(async () => {
  temp = await tempDirectory('kstatus');
  cluster = await startCluster();
});

afterAll(async () => {
  await cluster?.stop();
  await temp?.remove();
});

async function statusOf(resource: Resource): Promise<string> {
  const object = await resource.find();
  return object ? kstatusOf(object) : 'gone';
}

/** How kstatus reads a resource once its condition is this. */
async function statusWhen(resource: Resource, type: string, condition: RegExp): Promise<string> {
  await eventually(async () => expect(await resource.condition(type)).toMatch(condition));
  return statusOf(resource);
}

/** Fills its tables and starts its search pods. */
async function makeReady(resource: Resource): Promise<void> {
  await fill(cluster, resource);
  await startPods(cluster, resource, 'search');
  await eventually(async () => expect(await resource.condition('Ready')).toMatch(/^True/));
}

describe('kstatus', () => {
  test('waits for a resource until it is ready, again after each change, and until it is gone', async () => {
    const resource = resourceIn(cluster, 'waited-for', { deletionPolicy: 'Delete' });
    await resource.apply();
    expect(await statusOf(resource)).toBe('InProgress');

    operator = await cluster.startOperator();
    expect(await statusWhen(resource, 'Ready', /^False\/(Backfilling|WaitingForPods)/)).toBe('InProgress');
    await fill(cluster, resource);
    expect(await statusWhen(resource, 'Ready', /^False\/(StartingSearch|WaitingForPods)/)).toBe('InProgress');
    await startPods(cluster, resource, 'search');
    expect(await statusWhen(resource, 'Ready', /^True/)).toBe('Current');

    await operator.stop();
    await resource.change({ search: { cors: { origins: ['https://ui.example.com'] } } });
    expect(await statusOf(resource)).toBe('InProgress');
    operator = await cluster.startOperator('operator-2');
    expect(await statusWhen(resource, 'Ready', /^False/)).toBe('InProgress');
    await eventually(async () => {
      await startPods(cluster, resource, 'search');
      expect(await statusOf(resource)).toBe('Current');
    });

    await operator.stop();
    const removal = resource.remove();
    await eventually(async () => expect(await statusOf(resource)).toBe('Terminating'));
    operator = await cluster.startOperator('operator-3');
    await removal;
    await eventually(async () => expect(await statusOf(resource)).toBe('gone'));
  });

  test('takes a resource for failed that somebody has to mend, and waits again once it is mended', async () => {
    const resource = resourceIn(cluster, 'to-mend', { storage: { endpoint: 'http://evil.example.com' } });
    await resource.apply();
    expect(await statusWhen(resource, 'Stalled', /^True\/EndpointNotAllowed/)).toBe('Failed');
    await resource.change({ storage: { endpoint: cluster.dynamodb.endpoint } });
    expect(await statusWhen(resource, 'Stalled', /^False/)).toBe('InProgress');
  });

  test('takes a ready resource for ready that is degraded, or suspended', async () => {
    const resource = resourceIn(cluster, 'less-well', { search: { ingress: { host: 'registry.example.com' } } });
    await resource.apply();
    await makeReady(resource);
    expect(await statusWhen(resource, 'Degraded', /^True/)).toBe('Current');
    await resource.change({ suspend: true });
    expect(await statusWhen(resource, 'Reconciling', /^False\/Suspended/)).toBe('Current');
  });
});

describe('helm install --wait', () => {
  /** Installs a chart of one resource. */
  async function install({ name, spec }: Resource, timeout: string): Promise<string> {
    const chart = join(temp.path, name);
    await mkdir(join(chart, 'templates'), { recursive: true });
    await writeFile(join(chart, 'Chart.yaml'), stringify({ apiVersion: 'v2', name, version: '1.0.0' }));
    const object = { apiVersion: API_VERSION, kind: KIND, metadata: { name }, spec };
    await writeFile(join(chart, 'templates', 'index.yaml'), stringify(object));
    const env = { KUBECONFIG: cluster.kubeconfigPath, HELM_CACHE_HOME: `${chart}-cache` };
    const args = ['install', name, chart, '--namespace', 'default', '--wait', '--timeout', timeout];
    return runCommand(await goTool('helm'), args, { env });
  }

  test('returns when the resource is ready, and not before', async () => {
    const resource = resourceIn(cluster, 'installed');
    let isInstalled = false;
    const installation = install(resource, '5m').finally(() => {
      isInstalled = true;
    });
    installation.catch(() => undefined);
    await fill(cluster, resource);
    expect(isInstalled).toBe(false);
    await startPods(cluster, resource, 'search');
    expect(await installation).toMatch(/STATUS: deployed/);
    expect(await resource.condition('Ready')).toMatch(/^True/);
  });

  test('fails at once where somebody has to mend the resource', async () => {
    const resource = resourceIn(cluster, 'refused', { dynamodb: { endpoint: 'http://evil.example.com' } });
    await expect(install(resource, '5m')).rejects.toThrow(
      /status: Failed, message: dynamodb.endpoint http:\/\/evil.example.com is not allowed here/,
    );
    expect(await resource.condition('Stalled')).toMatch(/^True\/EndpointNotAllowed/);
  });
});
