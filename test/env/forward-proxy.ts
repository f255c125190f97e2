import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { requireParts } from './debian.ts';
import { freePort } from './free-port.ts';
import { startProcess } from './process.ts';
import { tempDirectory } from './temp-directory.ts';

/** A forward proxy, as companies have them. */
export interface ForwardProxy {
  readonly url: string;
  /** What it was asked for so far, such as `GET http://host:port/path` and `CONNECT host:port`. */
  requests(): Promise<string[]>;
  stop(): Promise<void>;
}

export interface ForwardProxyOptions {
  /** The address it listens on. */
  readonly host: string;
  /** Whom it wants to see; everybody may ask when left out. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Ports that tunnels may lead to; all when left out. */
  readonly tunnelPorts?: readonly number[];
}

export async function startForwardProxy(options: ForwardProxyOptions): Promise<ForwardProxy> {
  await requireParts('tinyproxy');
  const { path: directory, remove } = await tempDirectory('proxy');
  const port = await freePort();
  const configFile = join(directory, 'tinyproxy.conf');
  await writeFile(configFile, configOf(options, port));
  const { logFile, stop } = await startProcess({
    name: 'proxy',
    command: 'tinyproxy',
    args: ['-d', '-c', configFile],
    directory,
    ready: () => accepts(options.host, port),
  });
  return {
    url: `http://${options.host}:${port}`,
    async requests() {
      const lines = (await readFile(logFile, 'utf8')).matchAll(/: ([A-Z]+ \S+) HTTP\/1\.[01]$/gm);
      return [...lines].map(([, request = '']) => request);
    },
    async stop() {
      await stop();
      await remove();
    },
  };
}

function configOf({ host, login, tunnelPorts = [] }: ForwardProxyOptions, port: number): string {
  const lines = [
    `Port ${port}`,
    `Listen ${host}`,
    'MaxClients 400',
    'LogLevel Connect',
    ...(login ? [`BasicAuth ${login.user} ${login.password}`] : []),
    ...tunnelPorts.map((allowed) => `ConnectPort ${allowed}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** A client of HTTP would take the refusal of a proxy for no answer. */
async function accepts(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  await once(socket, 'connect');
  socket.destroy();
  return true;
}
