import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { watchControlGroups } from './cgroups.ts';
import { runCommand } from './command.ts';
import type { ControlPlane } from './control-plane.ts';
import { requireParts } from './debian.ts';
import { type GoToolName, goTool } from './go-tools.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import {
  cniConfig,
  containerdConfig,
  corefile,
  kubeletConfig,
  kubeProxyConfig,
  NODE_NAME,
  TASKS,
} from './node-config.ts';
import { connectNode, type NodeNetwork } from './node-network.ts';
import { buildPauseImage } from './pause-image.ts';
import { startProcess } from './process.ts';
import { tempDirectory } from './temp-directory.ts';

export interface ClusterNode {
  /** Makes the images of an archive known to the node. */
  loadImage(archive: string): Promise<void>;
  stop(): Promise<void>;
}

interface Plan {
  readonly directory: string;
  readonly network: NodeNetwork;
  readonly namespace: Namespace;
  readonly kubeconfig: string;
}

/**
 * Starts containerd, kubelet, kube-proxy and DNS as a node of that control plane, and waits until it is Ready. Needs
 * root.
 */
export async function startNode(
  controlPlane: ControlPlane,
  network: NodeNetwork,
  reach: { readonly enclosed: boolean },
): Promise<ClusterNode> {
  await requireParts('containerd', 'runc', 'cni', 'network');
  const pauseImage = await buildPauseImage();
  const temp = await tempDirectory('node');
  const controlGroups = watchControlGroups(join(temp.path, TASKS));
  const namespace = await openNamespace(temp.path);
  const plan: Plan = {
    directory: temp.path,
    network,
    namespace,
    kubeconfig: controlPlane.kubeconfigPath,
  };
  const stop = async () => {
    await namespace.stop();
    await controlGroups.remove();
    await temp.remove();
  };
  const loadImage = (archive: string) => importImage(plan, archive);
  try {
    await connectNode(network, namespace.network, reach);
    await startContainerd(plan);
    await loadImage(pauseImage);
    await Promise.all([startKubelet(plan), startKubeProxy(plan), startDns(plan)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { loadImage, stop };
}

async function startContainerd({ directory, network, namespace }: Plan): Promise<void> {
  const config = await write(directory, 'containerd.toml', containerdConfig(directory));
  await mkdir(join(directory, 'cni'));
  await write(directory, 'cni/10-pods.conflist', JSON.stringify(cniConfig(network)));
  const ready = async () => existsSync(join(directory, 'containerd.sock')) && (await ctr(directory, 'version')) !== '';
  await startProcess({ name: 'containerd', ...namespace.enter('containerd', ['--config', config]), directory, ready });
}

async function startKubelet(plan: Plan): Promise<void> {
  const { directory, network, kubeconfig } = plan;
  const config = await write(directory, 'kubelet.yaml', stringify(kubeletConfig(directory, network)));
  const node = [`--hostname-override=${NODE_NAME}`, `--node-ip=${network.nodeAddress}`];
  const args = [
    `--kubeconfig=${kubeconfig}`,
    `--config=${config}`,
    `--root-dir=${join(directory, 'kubelet')}`,
    ...node,
  ];
  const kubectl = await goTool('kubectl');
  const condition = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
  const isReady = () => runCommand(kubectl, ['--kubeconfig', kubeconfig, 'get', 'node', NODE_NAME, '-o', condition]);
  await startTool(plan, { name: 'kubelet', args, ready: async () => (await isReady()) === 'True' });
}

async function startKubeProxy(plan: Plan): Promise<void> {
  const { directory, network, namespace, kubeconfig } = plan;
  const config = await write(directory, 'kube-proxy.yaml', stringify(kubeProxyConfig(kubeconfig, network)));
  const list = namespace.enter('nft', ['list', 'table', 'ip', 'kube-proxy']);
  // Its first rules are for the API server's own Service.
  const ready = async () => (await runCommand(list.command, list.args)).includes('default/kubernetes');
  await startTool(plan, { name: 'kube-proxy', args: [`--config=${config}`], ready });
}

async function startDns(plan: Plan): Promise<void> {
  const { directory, network, namespace, kubeconfig } = plan;
  const config = await write(directory, 'Corefile', corefile(kubeconfig, network));
  const sockets = namespace.enter('ss', ['-lnH', `src ${network.nodeAddress}:53`]);
  const ready = async () => (await runCommand(sockets.command, sockets.args)).trim() !== '';
  await startTool(plan, { name: 'coredns', args: ['-conf', config], ready });
}

interface Tool {
  readonly name: GoToolName;
  readonly args: readonly string[];
  ready(): Promise<boolean>;
}

/** What runs in the namespace ends with it, and so needs no stop of its own. */
async function startTool({ directory, namespace }: Plan, { name, args, ready }: Tool): Promise<void> {
  await startProcess({ name, ...namespace.enter(await goTool(name), args), directory, ready });
}

async function importImage({ directory }: Plan, archive: string): Promise<void> {
  await ctr(directory, '--namespace', 'k8s.io', 'images', 'import', archive);
}

function ctr(directory: string, ...args: string[]): Promise<string> {
  return runCommand('ctr', ['--address', join(directory, 'containerd.sock'), ...args]);
}

async function write(directory: string, name: string, text: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, text);
  return file;
}
