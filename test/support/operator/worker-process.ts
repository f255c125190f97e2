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

export interface WorkerOptions {
  /** Keys of the bucket where they are not those of the tables. */
  readonly storage?: Keys;
  /** Arguments and variables besides those of the template. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly ready?: () => Promise<boolean>;
}

export interface WorkerProcess {
  readonly pid: number;
  /** As a kubelet does it, by SIGTERM. */
  stop(): Promise<void>;
}

/** Runs what a pod of a Job or a Deployment would: the program with the arguments and variables of its template. */
export async function startWorker(
  { ambient }: Cluster,
  workload: KubeObject,
  { storage = ambient, args = [], env = {}, ready = async () => true }: WorkerOptions = {},
): Promise<WorkerProcess> {
  const directory = await tempDirectory('worker');
  const container = 'spec.template.spec.containers.0';
  const variables = Object.fromEntries(listOf(workload, `${container}.env`).flatMap(variable));
  const { pid, stop } = await startProcess({
    name: 'worker',
    command: process.execPath,
    args: [PROGRAM, ...listOf(workload, `${container}.args`).map(String), ...args],
    directory: directory.path,
    env: {
      ...variables,
      // What the test run wants of every process comes besides.
      NODE_OPTIONS: [variables.NODE_OPTIONS, process.env.NODE_OPTIONS].filter(Boolean).join(' '),
      DYNAMODB_ACCESS_KEY: ambient.accessKeyId,
      DYNAMODB_SECRET_ACCESS_KEY: ambient.secretAccessKey,
      AWS_ACCESS_KEY_ID: storage.accessKeyId,
      AWS_SECRET_ACCESS_KEY: storage.secretAccessKey,
      ...env,
    },
    ready,
    graceMs: 60_000,
  });
  return {
    pid,
    async stop() {
      await stop();
      await directory.remove();
    },
  };
}

function listOf(workload: KubeObject, path: string): unknown[] {
  const list = fieldOf(workload, path);
  return Array.isArray(list) ? list : [];
}

function variable(entry: unknown): [string, string][] {
  return isRecord(entry) && typeof entry.value === 'string' ? [[String(entry.name), entry.value]] : [];
}
