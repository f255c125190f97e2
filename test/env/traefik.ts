import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { answersHttp } from './http-probe.ts';
import { startProcess } from './process.ts';
import { pythonPackages } from './python-packages.ts';
import { tempDirectory } from './temp-directory.ts';

/** Traefik in front of a cluster, or of what a file names. */
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
export function startTraefik(kubeconfigPath: string, follows: keyof typeof FOLLOWS = 'ingresses'): Promise<Traefik> {
  return start(async () => ({ args: FOLLOWS[follows], env: { KUBECONFIG: kubeconfigPath } }));
}

/** With routers, services and middlewares as its dynamic configuration has them, by plain HTTP. */
export function startTraefikBefore(configuration: object): Promise<Traefik> {
  return start(async (directory) => {
    // JSON is YAML; by another name it is not read.
    const file = join(directory, 'dynamic.yaml');
    await writeFile(file, JSON.stringify(configuration));
    return { args: [`--providers.file.filename=${file}`], env: {} };
  });
}

interface Launch {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

async function start(launchIn: (directory: string) => Promise<Launch>): Promise<Traefik> {
  const { directory: packages } = await pythonPackages('traefik');
  const { path: directory, remove } = await tempDirectory('traefik');
  const port = await freePort();
  const { args, env } = await launchIn(directory);
  const { stop } = await startProcess({
    name: 'traefik',
    command: join(packages, 'bin', 'traefik'),
    args: [
      '--global.checknewversion=false',
      '--global.sendanonymoususage=false',
      `--entrypoints.web.address=127.0.0.1:${port}`,
      ...args,
      '--log.level=INFO',
    ],
    directory,
    env,
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
