import { join } from 'node:path';
import { runCommand } from './command.ts';
import type { ControlPlanePlan } from './control-plane-plan.ts';
import { freePort } from './free-port.ts';
import { type GoToolName, goTool } from './go-tools.ts';
import { isHealthy } from './http-probe.ts';
import { type RunningProcess, startProcess } from './process.ts';

/** Its data goes with it, so there is little to end in order; an API server would wait for its watchers. */
const GRACE_MS = 500;

export async function startEtcd({ directory, etcd }: ControlPlanePlan): Promise<RunningProcess> {
  const peers = `http://127.0.0.1:${await freePort()}`;
  const clients = ['--listen-client-urls', etcd, '--advertise-client-urls', etcd];
  const itself = ['--initial-advertise-peer-urls', peers, '--initial-cluster', `default=${peers}`];
  return startProcess({
    name: 'etcd',
    command: 'etcd',
    args: [
      '--data-dir',
      join(directory, 'etcd'),
      ...clients,
      '--listen-peer-urls',
      peers,
      ...itself,
      '--unsafe-no-fsync',
    ],
    directory,
    ready: () => isHealthy(`${etcd}/health`),
  });
}

export async function startApiServer(plan: ControlPlanePlan): Promise<RunningProcess> {
  const { host, pki, authority, signingKey, server } = plan;
  const serving = await authority.issue({
    name: 'kube-apiserver',
    alternativeNames: [
      `IP:${host}`,
      'IP:127.0.0.1',
      `IP:${firstAddress(plan.serviceRange)}`,
      'DNS:kubernetes.default.svc',
    ],
  });
  const flags = {
    'etcd-servers': plan.etcd,
    'bind-address': host,
    'advertise-address': host,
    'secure-port': new URL(server).port,
    'cert-dir': pki,
    'tls-cert-file': serving.certFile,
    'tls-private-key-file': serving.keyFile,
    'client-ca-file': authority.certFile,
    'service-account-key-file': signingKey.publicKey,
    'service-account-signing-key-file': signingKey.privateKey,
    'service-account-issuer': 'https://kubernetes.default.svc',
    'authorization-mode': 'Node,RBAC',
    'service-cluster-ip-range': plan.serviceRange,
    'allow-privileged': 'true',
    'kubelet-preferred-address-types': 'InternalIP',
  };
  const kubectl = await goTool('kubectl');
  const namespaces = ['--kubeconfig', plan.kubeconfigPath, 'get', 'namespace', 'default', 'kube-system'];
  // It makes its own namespaces only after it has said that it is ready.
  const ready = async () =>
    (await isHealthy(`${server}/readyz`)) && (await runCommand(kubectl, [...namespaces, '--output', 'name'])) !== '';
  return startComponent(plan, { name: 'kube-apiserver', flags, ready });
}

export async function startControllerManager(plan: ControlPlanePlan): Promise<RunningProcess> {
  const port = await freePort();
  const flags = {
    kubeconfig: plan.kubeconfigPath,
    'service-account-private-key-file': plan.signingKey.privateKey,
    'root-ca-file': plan.authority.certFile,
    'use-service-account-credentials': 'true',
    'leader-elect': 'false',
    'bind-address': '127.0.0.1',
    'secure-port': String(port),
    'cert-dir': join(plan.directory, 'kube-controller-manager'),
  };
  const kubectl = await goTool('kubectl');
  const account = ['--kubeconfig', plan.kubeconfigPath, 'get', 'serviceaccount', 'default', '--output', 'name'];
  // No pod can be made before its service account is there.
  const ready = async () => (await runCommand(kubectl, account)) !== '';
  return startComponent(plan, { name: 'kube-controller-manager', flags, ready });
}

export async function startScheduler(plan: ControlPlanePlan): Promise<RunningProcess> {
  const port = await freePort();
  const flags = {
    kubeconfig: plan.kubeconfigPath,
    'leader-elect': 'false',
    'bind-address': '127.0.0.1',
    'secure-port': String(port),
    'cert-dir': join(plan.directory, 'kube-scheduler'),
  };
  return startComponent(plan, {
    name: 'kube-scheduler',
    flags,
    ready: () => isHealthy(`https://127.0.0.1:${port}/healthz`),
  });
}

interface Component {
  readonly name: GoToolName;
  readonly flags: Readonly<Record<string, string>>;
  ready(): Promise<boolean>;
}

async function startComponent(
  { directory }: ControlPlanePlan,
  { name, flags, ready }: Component,
): Promise<RunningProcess> {
  const command = await goTool(name);
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  return startProcess({ name, command, args, directory, ready, graceMs: GRACE_MS });
}

/** The API server's own Service takes the first address of the range. */
function firstAddress(serviceRange: string): string {
  return serviceRange.replace(/\d+\/\d+$/, '1');
}
