import { dirname, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { createKubeClient, type KubeClient } from '../../../src/kube/client/client.ts';
import { runCommand } from '../../env/command.ts';
import { startControlPlane } from '../../env/control-plane.ts';
import { goTool } from '../../env/go-tools.ts';
import { eventually } from '../eventually.ts';

const CRD = join(import.meta.dirname, '../../../crds/registryindex.yaml');

/** A real API server that knows RegistryIndexes. */
export interface ApiServer {
  readonly client: KubeClient;
  readonly kubeconfigPath: string;
  /** What kubectl prints; rejects with its words when it fails. */
  kubectl(...args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

export async function startApiServer(options: Parameters<typeof startControlPlane>[0] = {}): Promise<ApiServer> {
  const { kubeconfigPath, stop } = await startControlPlane(options);
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigPath);
  const command = await goTool('kubectl');
  const env = { KUBECONFIG: kubeconfigPath, KUBECACHEDIR: join(dirname(kubeconfigPath), 'kubectl-cache') };
  const kubectl = (...args: readonly string[]) => runCommand(command, args, { env });
  await kubectl('apply', '-f', CRD);
  // A CRD is served some time after it was taken, and some time later under its short name.
  await eventually(() => kubectl('get', 'ri'));
  return {
    client: createKubeClient({ config, userAgent: 'operator-test' }),
    kubeconfigPath,
    kubectl,
    stop,
  };
}
