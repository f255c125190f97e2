import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { answersHttp } from './http-probe.ts';
import { startProcess } from './process.ts';
import { pythonPackages } from './python-packages.ts';
import { tempDirectory } from './temp-directory.ts';

/** Traefik in front of a cluster. */
export interface Traefik {
  readonly port: number;
  stop(): Promise<void>;
}

const FOLLOWS = {
  /**
   * Those of the class `traefik`, and those of none. It takes TLS at every port, where docker then looks first; with a
   * certificate of its own making.
   */
  ingresses: ['--providers.kubernetesingress=true', '--entrypoints.web.http.tls=true'],
  /** Whose listeners have its port and bring their certificate. */
  gateways: ['--providers.kubernetesgateway=true'],
} as const;

/** Follows Ingresses or Gateways. */
export async function startTraefik(
  kubeconfigPath: string,
  follows: keyof typeof FOLLOWS = 'ingresses',
): Promise<Traefik> {
  const { directory: packages } = await pythonPackages('traefik');
  const { path: directory, remove } = await tempDirectory('traefik');
  const port = await freePort();
  const { stop } = await startProcess({
    name: 'traefik',
    command: join(packages, 'bin', 'traefik'),
    args: [
      '--global.checknewversion=false',
      '--global.sendanonymoususage=false',
      `--entrypoints.web.address=127.0.0.1:${port}`,
      ...FOLLOWS[follows],
      '--log.level=INFO',
    ],
    directory,
    env: { KUBECONFIG: kubeconfigPath },
    ready: () => answersHttp(`http://127.0.0.1:${port}/`),
  });
  return {
    port,
    async stop() {
      await stop();
      await remove();
    },
  };
}
