import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { requireParts } from '../../env/debian.ts';
import { freePort } from '../../env/free-port.ts';
import { startProcess } from '../../env/process.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';
import { REGION, type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { createLife } from '../../support/prometheus/life.ts';
import { lintMetrics } from '../../support/prometheus/promtool.ts';

const PROGRAM = join(import.meta.dirname, '../../../src/main.ts');
const NOBODY = 'http://127.0.0.1:9';
/** What prom-client measures of a process. */
const OF_THE_PROCESS = /^(process|nodejs)_/;

interface Metric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

/** The rows of docs/metrics.md under one heading. */
function documented(heading: string): Metric[] {
  const [, section = ''] = readFileSync('docs/metrics.md', 'utf8').split(`\n## ${heading}\n`);
  const rows = (section.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)` \| (\w+) \| (.*?)\| .* \|$/gm);
  return [...rows].map(([, name = '', type = '', labels = '']) => ({
    name,
    type,
    labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
  }));
}

/** Which metrics of which type a process exposes, without those about the process itself. */
function exposed(text: string): Pick<Metric, 'name' | 'type'>[] {
  return [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)]
    .map(([, name = '', type = '']) => ({ name, type }))
    .filter(({ name }) => !OF_THE_PROCESS.test(name));
}

const byName = (metrics: readonly Pick<Metric, 'name' | 'type'>[]) =>
  Object.fromEntries(metrics.map(({ name, type }) => [name, type]));

describe('docs/metrics.md lists exactly what is exposed by', () => {
  let s3: S3Server;
  let directory: TempDirectory;

  beforeAll(async () => {
    await requireParts('prometheus');
    s3 = await startVersityGw({ buckets: ['images'] });
    directory = await tempDirectory('metrics');
    await writeFile(join(directory.path, 'registryindex.yaml'), stringify(manifest(s3.endpoint)));
    await writeFile(join(directory.path, 'kubeconfig.yaml'), stringify(kubeconfig));
  });

  afterAll(async () => {
    await s3?.stop();
    await directory?.remove();
  });

  const queue = '--sqs-queue-url=http://127.0.0.1:9/1/queue';
  const programs: readonly (readonly [string, readonly string[]])[] = [
    ['Operator', ['operator', '--image=registry-index']],
    ['Search', ['search', '--file=registryindex.yaml', '--port=0', '--nudge-port=0']],
    ['Indexer', ['indexer', '--file=registryindex.yaml', '--port=0', '--nudge=127.0.0.1:9', queue]],
  ];

  test.each(programs)('%s', async (heading, args) => {
    const text = await metricsOf(args);
    expect(byName(exposed(text))).toEqual(byName([...documented(heading), ...documented('All of them')]));
    expect(mislabelled(text)).toEqual([]);
    expect(lintMetrics(text).filter((line) => !OF_THE_PROCESS.test(line))).toEqual([]);
  });

  /** What a real process exposes whose tables do not answer. */
  async function metricsOf(args: readonly string[]): Promise<string> {
    const port = await freePort();
    const read = () => fetch(`http://127.0.0.1:${port}/metrics`).then((response) => response.text());
    const { stop } = await startProcess({
      name: args[0] ?? '',
      command: process.execPath,
      args: [PROGRAM, ...args, `--monitoring-port=${port}`],
      directory: directory.path,
      env: {
        KUBECONFIG: join(directory.path, 'kubeconfig.yaml'),
        AWS_ACCESS_KEY_ID: s3.accessKeyId,
        AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
        REGISTRY_INDEX_NOTIFICATIONS_TOKEN: 'a token that nobody sends, which is long enough',
      },
      ready: async () => (await read()) !== '',
    });
    return read().finally(stop);
  }
});

test('the labels that are listed are those that the series have', async () => {
  const texts: string[] = [];
  await createLife(0).pass(1, async ({ indexer, targets }) => {
    indexer.events.gap('QueueFull');
    indexer.messages.received(1);
    indexer.messages.failed('receive', 1);
    for (const { registry } of targets) texts.push(await registry.metrics());
  });
  expect(mislabelled(texts.join(''))).toEqual([]);
});

/** Series of listed metrics that have other labels than are listed. */
function mislabelled(text: string): string[] {
  const all = ['Operator', 'Search', 'Indexer', 'All of them'].flatMap(documented);
  const listed = new Map(all.map(({ name, labels }) => [name, labels.toSorted().join()]));
  const series = [...text.matchAll(/^(\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? \S+$/gm)];
  return series.flatMap(([line, name = '', labels = '']) => {
    const names = [...labels.matchAll(/(\w+)="[^"]*"/g)]
      .map(([, label = '']) => label)
      .filter((label) => label !== 'le');
    const wanted = listed.get(name);
    return wanted === undefined || wanted === names.toSorted().join() ? [] : [line];
  });
}

const manifest = (endpoint: string) => ({
  apiVersion: 'registryindex.dev/v1alpha1',
  kind: 'RegistryIndex',
  metadata: { name: 'images', namespace: 'team' },
  spec: {
    database: 'docker-registry',
    region: REGION,
    bucket: 'images',
    storage: { endpoint, forcePathStyle: true },
    dynamodb: { endpoint: NOBODY },
    registry: { url: NOBODY },
    search: { access: { mode: 'Registry' } },
  },
});

const kubeconfig = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'nobody', cluster: { server: 'https://127.0.0.1:9' } }],
  users: [{ name: 'nobody', user: {} }],
  contexts: [{ name: 'nobody', context: { cluster: 'nobody', user: 'nobody' } }],
  'current-context': 'nobody',
};
