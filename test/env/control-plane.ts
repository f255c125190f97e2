import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Authority, type Certificate, createAuthority, createSigningKey } from './certificates.ts';
import { requireParts } from './debian.ts';
import { freePort } from './free-port.ts';
import { type GoToolName, goTool } from './go-tools.ts';
import { answersHttp, isHealthy } from './http-probe.ts';
import { type RunningProcess, startProcess } from './process.ts';
import { tempDirectory } from './temp-directory.ts';

export interface ControlPlaneOptions {
  /** Runs kube-controller-manager too: Jobs, Deployments and owner references then do something. */
  readonly controllers?: boolean;
  /** Runs kube-scheduler too. */
  readonly scheduler?: boolean;
  /** An address of this machine that pods can reach; default loopback, which they cannot. */
  readonly host?: string;
  readonly serviceRange?: string;
}

export interface ControlPlane {
  readonly server: string;
  readonly kubeconfigPath: string;
  /** Holds the logs and `pki`. */
  readonly directory: string;
  readonly authority: Authority;
  stop(): Promise<void>;
}

interface Plan extends Required<ControlPlaneOptions> {
  readonly directory: string;
  readonly pki: string;
  readonly authority: Authority;
  readonly signingKey: { readonly privateKey: string; readonly publicKey: string };
  readonly etcd: string;
  readonly server: string;
  readonly kubeconfigPath: string;
}

/** Starts etcd and a real API server, and what else of a control plane is asked for; TLS is verified both ways. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  await requireParts('etcd', 'openssl');
  const temp = await tempDirectory('control-plane');
  const plan = await makePlan(temp.path, options);
  const running: RunningProcess[] = [];
  const stop = async () => {
    for (const process of running.toReversed()) await process.stop();
    await temp.remove();
  };
  try {
    running.push(await startEtcd(plan), await startApiServer(plan));
    if (plan.controllers) running.push(await startControllerManager(plan));
    if (plan.scheduler) running.push(await startScheduler(plan));
  } catch (error) {
    await stop();
    throw error;
  }
  const { server, kubeconfigPath, directory, authority } = plan;
  return { server, kubeconfigPath, directory, authority, stop };
}

async function makePlan(directory: string, options: ControlPlaneOptions): Promise<Plan> {
  const { controllers = false, scheduler = false, host = '127.0.0.1', serviceRange = '10.96.0.0/16' } = options;
  const pki = join(directory, 'pki');
  await mkdir(pki);
  const authority = await createAuthority(pki);
  const server = `https://${host}:${await freePort(host)}`;
  const admin = await authority.issue({ name: 'admin', organization: 'system:masters' });
  const kubeconfigPath = join(directory, 'admin.kubeconfig');
  await writeFile(kubeconfigPath, kubeconfig(server, authority, admin));
  return {
    ...{ controllers, scheduler, host, serviceRange, directory, pki, authority, server, kubeconfigPath },
    signingKey: await createSigningKey(pki),
    etcd: `http://127.0.0.1:${await freePort()}`,
  };
}

function kubeconfig(server: string, ca: Certificate, client: Certificate): string {
  const cluster = { server, 'certificate-authority': ca.certFile };
  const user = { 'client-certificate': client.certFile, 'client-key': client.keyFile };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'admin', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  });
}

async function startEtcd({ directory, etcd }: Plan): Promise<RunningProcess> {
  const peers = `http://127.0.0.1:${await freePort()}`;
  const clients = ['--listen-client-urls', etcd, '--advertise-client-urls', etcd];
  const cluster = [
    '--listen-peer-urls',
    peers,
    '--initial-advertise-peer-urls',
    peers,
    '--initial-cluster',
    `default=${peers}`,
  ];
  return startProcess({
    name: 'etcd',
    command: 'etcd',
    args: ['--data-dir', join(directory, 'etcd'), ...clients, ...cluster, '--unsafe-no-fsync'],
    directory,
    ready: () => answersHttp(`${etcd}/health`),
  });
}

async function startApiServer(plan: Plan): Promise<RunningProcess> {
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
  return startComponent(plan, { name: 'kube-apiserver', flags, health: `${server}/readyz` });
}

async function startControllerManager(plan: Plan): Promise<RunningProcess> {
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
  return startComponent(plan, { name: 'kube-controller-manager', flags, health: `https://127.0.0.1:${port}/healthz` });
}

async function startScheduler(plan: Plan): Promise<RunningProcess> {
  const port = await freePort();
  const flags = {
    kubeconfig: plan.kubeconfigPath,
    'leader-elect': 'false',
    'bind-address': '127.0.0.1',
    'secure-port': String(port),
    'cert-dir': join(plan.directory, 'kube-scheduler'),
  };
  return startComponent(plan, { name: 'kube-scheduler', flags, health: `https://127.0.0.1:${port}/healthz` });
}

interface Component {
  readonly name: GoToolName;
  readonly flags: Readonly<Record<string, string>>;
  readonly health: string;
}

async function startComponent({ directory }: Plan, { name, flags, health }: Component): Promise<RunningProcess> {
  const command = await goTool(name);
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  return startProcess({ name, command, args, directory, ready: () => isHealthy(health), readyWithinMs: 60_000 });
}

/** The API server's own Service takes the first address of the range. */
function firstAddress(serviceRange: string): string {
  return serviceRange.replace(/\d+\/\d+$/, '1');
}
