import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startProcess } from './process.ts';

/**
 * A set of Linux namespaces (processes, network, mounts) for one cluster node. When its first process ends the kernel
 * ends all others and drops every mount, interface, firewall rule and container with them, however the tests ended.
 */
export interface Namespace {
  /** Paths of /proc on the host; as `nsenter` takes them. */
  readonly network: string;
  /** The command line that runs `command` inside. */
  enter(command: string, args: readonly string[]): { readonly command: string; readonly args: readonly string[] };
  stop(): Promise<void>;
}

/**
 * Folders in which containerd, the kubelet and CNI write at fixed places: each gets an empty one that only the node
 * sees.
 */
const PRIVATE_FOLDERS = ['/run', '/var/lib', '/var/log'];

/** Needs root. Files below `directory` are seen inside and outside, mounts made inside are not. */
export async function openNamespace(directory: string): Promise<Namespace> {
  const readyFile = join(directory, 'namespace-ready');
  const mounts = PRIVATE_FOLDERS.map((folder) => `mount -n -t tmpfs -o mode=755 tmpfs ${folder}`);
  const script = [
    ...mounts,
    'ip link set lo up',
    'sysctl -qw net.ipv4.ip_forward=1',
    `touch ${readyFile}`,
    'exec sleep infinity',
  ];
  const holder = await startProcess({
    name: 'namespace',
    command: 'unshare',
    args: ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', script.join(' && ')],
    directory,
    ready: async () => existsSync(readyFile),
    // The first process of a namespace hears no SIGTERM, and there is nothing to wait for.
    graceMs: 0,
  });
  const namespaces = `/proc/${holder.pid}/ns`;
  const entrance = [`--net=${namespaces}/net`, `--mount=${namespaces}/mnt`, `--pid=${namespaces}/pid_for_children`];
  return {
    network: `${namespaces}/net`,
    enter: (command, args) => ({ command: 'nsenter', args: [...entrance, '--', command, ...args] }),
    stop: holder.stop,
  };
}
