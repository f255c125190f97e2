import { randomInt } from 'node:crypto';
import { runCommand } from './command.ts';
import { keep } from './keeper.ts';

/** Addresses of one cluster on this machine; no two clusters that run at once share any. */
export interface NodeNetwork {
  /** Where pods and the node reach servers on the host. */
  readonly hostAddress: string;
  readonly nodeAddress: string;
  readonly podRange: string;
  readonly serviceRange: string;
  /** Everything above lies in it. */
  readonly wholeRange: string;
  /** The network interface on the host's side. */
  readonly hostInterface: string;
  readonly nodeInterface: string;
  remove(): Promise<void>;
}

const ATTEMPTS = 20;
/** Above 10.96.0.0/12, where kubeadm has Services: so have clusters without a node, and NO_PROXY of a test names it. */
const FIRST_OCTET = 112;
const LAST_OCTET = 254;

/** Makes a pair of interfaces, of which one stays on the host; see `connectNode` for the other. Needs root. */
export async function createNodeNetwork(): Promise<NodeNetwork> {
  const used = await runCommand('ip', ['-4', '-o', 'route', 'show', 'table', 'all']);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const octet = randomInt(FIRST_OCTET, LAST_OCTET + 1);
    if (!used.includes(` 10.${octet}.`) && (await createPair(octet))) return configure(octet);
  }
  throw new Error(
    `No free network 10.${FIRST_OCTET}.0.0/16 … 10.${LAST_OCTET}.0.0/16 for a cluster; are there clusters left that still run?`,
  );
}

/** False when another cluster took this one at the same moment: a name can be taken only once. */
function createPair(octet: number): Promise<boolean> {
  const pair = ['link', 'add', hostEnd(octet), 'type', 'veth', 'peer', 'name', nodeEnd(octet)];
  return runCommand('ip', pair).then(
    () => true,
    (error: Error) => {
      if (error.message.includes('File exists')) return false;
      throw error;
    },
  );
}

async function configure(octet: number): Promise<NodeNetwork> {
  const release = keep({ kind: 'command', argv: ['ip', 'link', 'delete', hostEnd(octet)] });
  const network = `10.${octet}`;
  await runCommand('ip', ['address', 'add', `${network}.0.1/30`, 'dev', hostEnd(octet)]);
  await runCommand('ip', ['link', 'set', hostEnd(octet), 'up']);
  return {
    hostAddress: `${network}.0.1`,
    nodeAddress: `${network}.0.2`,
    podRange: `${network}.1.0/24`,
    serviceRange: `${network}.128.0/20`,
    wholeRange: `${network}.0.0/16`,
    hostInterface: hostEnd(octet),
    nodeInterface: nodeEnd(octet),
    async remove() {
      // It has gone with the node's namespace, unless the node was never started.
      await runCommand('ip', ['link', 'delete', hostEnd(octet)]).catch(() => undefined);
      release();
    },
  };
}

/**
 * Moves the other end into the node's network namespace and lets host and node route to each other. Pods reach all
 * addresses of the host, or `hostAddress` alone where they are enclosed.
 */
export async function connectNode(
  network: NodeNetwork,
  namespace: string,
  { enclosed }: { readonly enclosed: boolean },
): Promise<void> {
  const { nodeInterface, nodeAddress, hostAddress, wholeRange } = network;
  await runCommand('ip', ['link', 'set', nodeInterface, 'netns', namespace]);
  const inside = (...args: string[]) => runCommand('nsenter', [`--net=${namespace}`, 'ip', ...args]);
  await inside('address', 'add', `${nodeAddress}/30`, 'dev', nodeInterface);
  await inside('link', 'set', nodeInterface, 'up');
  if (!enclosed) await inside('route', 'add', 'default', 'via', hostAddress);
  await runCommand('ip', ['route', 'add', wholeRange, 'via', nodeAddress]);
}

/** Gives the host another address, which does not lead out of the cluster's own network. It goes with the interface. */
export async function addOutsideAddress({ hostAddress, hostInterface }: NodeNetwork): Promise<string> {
  const outsideAddress = hostAddress.replace(/\.0\.1$/, '.200.1');
  await runCommand('ip', ['address', 'add', `${outsideAddress}/32`, 'dev', hostInterface]);
  return outsideAddress;
}

const hostEnd = (octet: number) => `registry-ix-${octet}`;
const nodeEnd = (octet: number) => `node-${octet}`;
