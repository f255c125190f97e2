import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Authority, type Certificate, createAuthority, createSigningKey } from './certificates.ts';
import { freePort } from './free-port.ts';

export interface ControlPlaneOptions {
  /** Runs kube-controller-manager too: Jobs, Deployments and owner references then do something. */
  readonly controllers?: boolean;
  /** Runs kube-scheduler too. */
  readonly scheduler?: boolean;
  /** An address of this machine that pods can reach; default loopback, which they cannot. */
  readonly host?: string;
  readonly serviceRange?: string;
}

/** Where everything of one control plane is, before any of it runs. */
export interface ControlPlanePlan extends Required<ControlPlaneOptions> {
  readonly directory: string;
  readonly pki: string;
  readonly authority: Authority;
  readonly signingKey: { readonly privateKey: string; readonly publicKey: string };
  readonly etcd: string;
  readonly server: string;
  readonly kubeconfigPath: string;
}

/** Picks ports and issues certificates. */
export async function planControlPlane(directory: string, options: ControlPlaneOptions): Promise<ControlPlanePlan> {
  const { controllers = false, scheduler = false, host = '127.0.0.1', serviceRange = '10.96.0.0/16' } = options;
  const pki = join(directory, 'pki');
  await mkdir(pki);
  const authority = await createAuthority(pki);
  const server = `https://${host}:${await freePort()}`;
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
