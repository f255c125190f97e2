import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { createKubeClient, type KubeClient } from '../../../../src/kube/client.ts';
import { runCommand } from '../../../env/command.ts';
import { startControlPlane } from '../../../env/control-plane.ts';
import { goTool } from '../../../env/go-tools.ts';
import { tempDirectory } from '../../../env/temp-directory.ts';
import { eventually } from '../../../support/eventually.ts';

const CRD = join(import.meta.dirname, '../../../../crds/registryindex.yaml');

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
  const home = await tempDirectory('kubectl');
  const command = await goTool('kubectl');
  const env = { KUBECONFIG: kubeconfigPath, HOME: home.path };
  const kubectl = (...args: readonly string[]) => runCommand(command, args, { env, timeoutMs: 60_000 });
  await kubectl('apply', '-f', CRD);
  // kubectl gives up at once on a CRD that has no conditions yet.
  await eventually(() =>
    kubectl('wait', '--for=condition=Established', '--timeout=30s', 'crd/registryindexes.registryindex.dev'),
  );
  return {
    client: createKubeClient({ config, userAgent: 'operator-test' }),
    kubeconfigPath,
    kubectl,
    async stop() {
      await stop();
      await home.remove();
    },
  };
}
