import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Cluster } from './cluster.ts';
import { runCommand } from './command.ts';
import { goTool } from './go-tools.ts';
import { keep } from './keeper.ts';
import { tempDirectory } from './temp-directory.ts';

const SERVICE_RANGE = '10.96.0.0/16';
const CREATE_TIMEOUT_MS = 10 * 60_000;

/** Starts a cluster as containers of the Docker engine. */
export async function startKindCluster(): Promise<Cluster> {
  const kind = await goTool('kind');
  const { path: directory, remove } = await tempDirectory('kind');
  const name = `registry-index-${randomBytes(3).toString('hex')}`;
  const kubeconfigPath = join(directory, 'kubeconfig');
  const configFile = join(directory, 'kind.yaml');
  await writeFile(configFile, stringify(kindConfig()));
  const release = keep({ kind: 'command', argv: [kind, 'delete', 'cluster', '--name', name] });
  const stop = async () => {
    await runCommand(kind, ['delete', 'cluster', '--name', name, '--kubeconfig', kubeconfigPath]);
    release();
    await remove();
  };
  const where = ['--name', name, '--kubeconfig', kubeconfigPath];
  try {
    const args = ['create', 'cluster', ...where, '--config', configFile, '--wait', '3m'];
    await runCommand(kind, args, { timeoutMs: CREATE_TIMEOUT_MS });
    return {
      kubeconfigPath,
      hostAddress: await gateway(),
      serviceRange: SERVICE_RANGE,
      reachesServices: false,
      async loadImage(archive) {
        await runCommand(kind, ['load', 'image-archive', archive, '--name', name]);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function kindConfig(): object {
  return {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    networking: { serviceSubnet: SERVICE_RANGE },
    nodes: [{ role: 'control-plane' }],
  };
}

/** The host's own address on the network of kind's containers. */
async function gateway(): Promise<string> {
  const format = '{{range .IPAM.Config}}{{.Gateway}} {{end}}';
  const gateways = await runCommand('docker', ['network', 'inspect', 'kind', '--format', format]);
  const address = gateways.split(/\s+/).find((candidate) => /^\d+\.\d+\.\d+\.\d+$/.test(candidate));
  if (address === undefined) throw new Error(`Docker's network "kind" has no IPv4 gateway: ${gateways}`);
  return address;
}
