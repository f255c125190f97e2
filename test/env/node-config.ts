import type { NodeNetwork } from './node-network.ts';
import { PAUSE_IMAGE } from './pause-image.ts';

export const NODE_NAME = 'node';

/** Where containerd keeps a folder for each container that runs. */
export const TASKS = 'containerd/state/io.containerd.runtime.v2.task/k8s.io';

export function containerdConfig(directory: string): string {
  return `version = 2
root = "${directory}/containerd/root"
state = "${directory}/containerd/state"
[grpc]
  address = "${directory}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  # Lowering a container's score takes a capability that root in a container has not.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${directory}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
`;
}

/** Pods on one bridge, routed to the host; no masquerading, since nothing beyond the host is for them. */
export function cniConfig({ podRange }: NodeNetwork): object {
  const ipam = { type: 'host-local', ranges: [[{ subnet: podRange }]], routes: [{ dst: '0.0.0.0/0' }] };
  const bridge = { type: 'bridge', bridge: 'pods', isGateway: true, hairpinMode: true, ipam };
  return { cniVersion: '0.4.0', name: 'pods', plugins: [bridge] };
}

export function kubeletConfig(directory: string, { nodeAddress }: NodeNetwork): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    address: nodeAddress,
    clusterDNS: [nodeAddress],
    clusterDomain: 'cluster.local',
    containerRuntimeEndpoint: `unix://${directory}/containerd.sock`,
    // Machines without systemd or with the older kind of cgroups will do.
    cgroupDriver: 'cgroupfs',
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    failCgroupV1: false,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    evictionHard: { 'nodefs.available': '1%', 'imagefs.available': '1%', 'memory.available': '100Mi' },
  };
}

export function kubeProxyConfig(kubeconfig: string, { podRange }: NodeNetwork): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clientConnection: { kubeconfig },
    clusterCIDR: podRange,
    conntrack: { maxPerCore: 0 },
    hostnameOverride: NODE_NAME,
  };
}

/** Names inside the cluster only. */
export function corefile(kubeconfig: string, { nodeAddress }: NodeNetwork): string {
  return `.:53 {
  bind ${nodeAddress}
  errors
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${kubeconfig}
  }
}
`;
}
