import { join } from 'node:path';
import { isRecord } from '../../../src/json/is-record.ts';
import type { KubeObject } from '../../../src/kube/resource.ts';
import { startProcess } from '../../env/process.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import type { Cluster } from './cluster.ts';
import { fieldOf } from './live-resource.ts';

const PROGRAM = join(import.meta.dirname, '../../../src/main.ts');

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Runs what a pod of a Job would: the program with the arguments and variables of its template. `storage` are keys of
 * the bucket where they are not those of the tables.
 */
export async function startWorker(
  { ambient }: Cluster,
  job: KubeObject,
  storage: Keys = ambient,
): Promise<{ stop(): Promise<void> }> {
  const directory = await tempDirectory('worker');
  const container = 'spec.template.spec.containers.0';
  const { stop } = await startProcess({
    name: 'worker',
    command: process.execPath,
    args: [PROGRAM, ...listOf(job, `${container}.args`).map(String)],
    directory: directory.path,
    env: {
      ...Object.fromEntries(listOf(job, `${container}.env`).flatMap(variable)),
      DYNAMODB_ACCESS_KEY: ambient.accessKeyId,
      DYNAMODB_SECRET_ACCESS_KEY: ambient.secretAccessKey,
      AWS_ACCESS_KEY_ID: storage.accessKeyId,
      AWS_SECRET_ACCESS_KEY: storage.secretAccessKey,
    },
    ready: async () => true,
  });
  return {
    async stop() {
      await stop();
      await directory.remove();
    },
  };
}

function listOf(job: KubeObject, path: string): unknown[] {
  const list = fieldOf(job, path);
  return Array.isArray(list) ? list : [];
}

function variable(entry: unknown): [string, string][] {
  return isRecord(entry) && typeof entry.value === 'string' ? [[String(entry.name), entry.value]] : [];
}
