import { startControlPlane } from './control-plane.ts';
import { hasDockerEngine } from './docker-engine.ts';
import { startKindCluster } from './kind.ts';
import { startNode } from './node.ts';
import { addOutsideAddress, createNodeNetwork } from './node-network.ts';

export interface Cluster {
  readonly kubeconfigPath: string;
  /** An address of the host that pods reach; servers for them listen on it. */
  readonly hostAddress: string;
  /** Cluster addresses of Services lie in it. From the host they answer only where `reachesServices`. */
  readonly serviceRange: string;
  readonly reachesServices: boolean;
  /** Makes the images of an archive, as `docker save` writes it, known to the node. */
  loadImage(archive: string): Promise<void>;
  /** Removes it with all that it made on this machine. */
  stop(): Promise<void>;
}

/** Starts a whole cluster with one node: with kind where a Docker engine answers, otherwise from binaries, as root. */
export async function startCluster(): Promise<Cluster> {
  return (await hasDockerEngine()) ? startKindCluster() : startFromBinaries({ enclosed: false });
}

export interface EnclosedCluster extends Cluster {
  /** Of the host too, but pods do not reach it: where services belong to which only a proxy leads. */
  readonly outsideAddress: string;
}

/** Starts a cluster whose pods reach `hostAddress` and nothing else outside, always from binaries, as root. */
export async function startEnclosedCluster(): Promise<EnclosedCluster> {
  return startFromBinaries({ enclosed: true });
}

async function startFromBinaries(reach: { readonly enclosed: boolean }): Promise<EnclosedCluster> {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') {
    throw new Error('A cluster needs a Docker engine that answers ("docker info"), or Linux and root.');
  }
  const undo: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const network = await createNodeNetwork();
    undo.push(network.remove);
    const { hostAddress: host, serviceRange } = network;
    const controlPlane = await startControlPlane({ controllers: true, scheduler: true, host, serviceRange });
    undo.push(controlPlane.stop);
    const node = await startNode(controlPlane, network, reach);
    undo.push(node.stop);
    return {
      kubeconfigPath: controlPlane.kubeconfigPath,
      hostAddress: host,
      outsideAddress: await addOutsideAddress(network),
      serviceRange,
      reachesServices: true,
      loadImage: node.loadImage,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
