import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { keep } from '../../env/keeper.ts';
import { listen } from '../network/listen.ts';

/** Ways in which an endpoint does not answer. */
export const WAYS_TO_HANG = ['silent', 'blackhole', 'drip', 'handshake'] as const;
export type WayToHang = (typeof WAYS_TO_HANG)[number];

/** Servers that answer nothing, each in its way; `closing` ends every connection at once. */
export interface DeadEndpoints {
  readonly urls: Readonly<Record<WayToHang | 'closing', string>>;
  /** From now on what connects to `silent` reaches this service. */
  revive(endpoint: string): void;
  stop(): Promise<void>;
}

const DRIP_EVERY_MS = 500;
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 100000\r\n\r\n';

export async function startDeadEndpoints(): Promise<DeadEndpoints> {
  const open = new Set<Socket>();
  const servers: Server[] = [];
  let target: URL | undefined;

  function keep(socket: Socket): Socket {
    open.add(socket);
    return socket.on('error', () => undefined).on('close', () => open.delete(socket));
  }

  async function serve(answer: (socket: Socket) => void): Promise<number> {
    const server = createServer((socket) => answer(keep(socket)));
    servers.push(server);
    return listen(server);
  }

  const silent = await serve((socket) => {
    if (target) socket.pipe(keep(connect(Number(target.port), target.hostname))).pipe(socket);
    else socket.resume();
  });
  const closing = await serve((socket) => socket.destroy());
  const handshake = await serve((socket) => socket.resume());
  const drip = await serve((socket) => {
    socket.resume().write(HEAD);
    const timer = setInterval(() => socket.write(' '), DRIP_EVERY_MS);
    socket.on('close', () => clearInterval(timer));
  });
  const blackhole = await startBlackhole();

  return {
    urls: {
      silent: `http://127.0.0.1:${silent}`,
      closing: `http://127.0.0.1:${closing}`,
      handshake: `https://127.0.0.1:${handshake}`,
      drip: `http://127.0.0.1:${drip}`,
      blackhole: `http://127.0.0.1:${blackhole.port}`,
    },
    revive(endpoint) {
      target = new URL(endpoint);
    },
    async stop() {
      blackhole.stop();
      for (const server of servers) server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

const LISTEN =
  "require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},function(){console.log(this.address().port)})";

/** A port that takes no connection: its process is stopped, and its backlog is full. */
async function startBlackhole(): Promise<{ port: number; stop(): void }> {
  const child: ChildProcess = spawn(process.execPath, ['-e', LISTEN], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!child.stdout) throw new Error('the process has no output');
  // A stopped process would outlive this one: it does not see that nobody reads from it.
  const release = child.pid === undefined ? () => undefined : keep({ kind: 'process', pid: child.pid });
  child.once('exit', release);
  const [line] = await once(child.stdout, 'data');
  const port = Number(String(line));
  child.kill('SIGSTOP');
  const filling = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  return {
    port,
    stop() {
      for (const socket of filling) socket.destroy();
      child.kill('SIGKILL');
    },
  };
}
