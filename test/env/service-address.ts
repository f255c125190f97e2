import type { Cluster } from './cluster.ts';
import { runCommand } from './command.ts';
import { freePort } from './free-port.ts';
import { goTool } from './go-tools.ts';
import { answersHttp } from './http-probe.ts';
import { startProcess } from './process.ts';
import { tempDirectory } from './temp-directory.ts';

export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

export interface ServiceAddress {
  /** `address:port`, to be used on this machine. */
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * Where a Service answers on this machine: its cluster address where the host has a way there, else a forwarded port.
 */
export async function reachService(cluster: Cluster, service: ServiceName): Promise<ServiceAddress> {
  if (!cluster.reachesServices) return forwardPort(cluster, service);
  const kubectl = await goTool('kubectl');
  const query = ['get', 'service', service.name, '--namespace', service.namespace, '-o', 'jsonpath={.spec.clusterIP}'];
  const clusterAddress = await runCommand(kubectl, query, { env: { KUBECONFIG: cluster.kubeconfigPath } });
  return { address: `${clusterAddress}:${service.port}`, stop: async () => undefined };
}

/** kubectl holds on to one pod and ends with it, so it is started again and again. */
async function forwardPort(cluster: Cluster, { namespace, name, port }: ServiceName): Promise<ServiceAddress> {
  const kubectl = await goTool('kubectl');
  const { path: directory, remove } = await tempDirectory('port-forward');
  const localPort = await freePort();
  const forward = `${kubectl} --namespace ${namespace} port-forward service/${name} ${localPort}:${port}`;
  const loop = `trap 'kill $child; exit' TERM; while :; do ${forward} & child=$!; wait $child; sleep 0.2; done`;
  const address = `127.0.0.1:${localPort}`;
  const process = await startProcess({
    name: 'port-forward',
    command: 'sh',
    args: ['-c', loop],
    directory,
    env: { KUBECONFIG: cluster.kubeconfigPath },
    ready: () => answersHttp(`http://${address}/`),
  });
  const stop = async () => {
    await process.stop();
    await remove();
  };
  return { address, stop };
}
