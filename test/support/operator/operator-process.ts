import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnclosedNetwork } from '../../env/enclosed-network.ts';
import { freePort } from '../../env/free-port.ts';
import { startProcess } from '../../env/process.ts';
import { tempDirectory } from '../../env/temp-directory.ts';

export interface OperatorOptions {
  readonly kubeconfigPath: string;
  readonly allowedEndpoint: string;
  /** What the operator has in its own environment. */
  readonly ambient: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The name of this replica; default `operator`. */
  readonly identity?: string;
  /** Arguments besides those that it needs. */
  readonly args?: readonly string[];
  /** Variables besides those that it needs. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where it runs, when that is not this machine's own network. */
  readonly network?: Pick<EnclosedNetwork, 'launcher' | 'insideAddress'>;
}

/** A running operator, as in a pod of its Deployment. */
export interface OperatorProcess {
  readonly pid: number;
  /** Everything it has logged so far. */
  log(): Promise<string>;
  /** Passes that it has made so far, over all resources. */
  passes(): Promise<number>;
  isReady(): Promise<boolean>;
  stop(): Promise<void>;
}

const ASK_TIMEOUT_MS = 30_000;
const PROGRAM = join(import.meta.dirname, '../../../src/main.ts');

export async function startOperator(options: OperatorOptions): Promise<OperatorProcess> {
  const {
    kubeconfigPath,
    allowedEndpoint,
    ambient,
    identity = 'operator',
    args: more = [],
    env = {},
    network,
  } = options;
  const directory = await tempDirectory(identity);
  const url = `http://${network?.insideAddress ?? '127.0.0.1'}:${await freePort()}`;
  const ask = (path: string) => fetch(`${url}${path}`, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
  const isReady = async () => (await ask('/readyz')).status === 200;
  const flags = {
    image: 'registry-index:test',
    namespace: 'default',
    identity,
    'monitoring-port': new URL(url).port,
    'allowed-endpoint': allowedEndpoint,
    'recheck-seconds': '1',
  };
  const program = [process.execPath, PROGRAM, 'operator'];
  const [command = '', ...args] = [...(network?.launcher ?? []), ...program];
  const { pid, logFile, stop } = await startProcess({
    name: 'operator',
    command,
    args: [...args, ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`), ...more],
    directory: directory.path,
    env: {
      KUBECONFIG: kubeconfigPath,
      AWS_ACCESS_KEY_ID: ambient.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ambient.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      // A name server that does not answer is told by the test of a name, and not by that of a timeout.
      RES_OPTIONS: 'timeout:1 attempts:1',
      ...env,
    },
    ready: isReady,
  });
  return {
    pid,
    isReady,
    log: () => readFile(logFile, 'utf8'),
    passes: async () => countPasses(await (await ask('/metrics')).text()),
    async stop() {
      await stop();
      await directory.remove();
    },
  };
}

function countPasses(metrics: string): number {
  const counts = metrics.matchAll(/^controller_runtime_reconcile_total\{.*\} (\d+)$/gm);
  return [...counts].reduce((total, [, count]) => total + Number(count), 0);
}
