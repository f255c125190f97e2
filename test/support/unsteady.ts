import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { listen } from './network/listen.ts';

/** `down` refuses, `hanging` takes what comes and says nothing, `garbage` speaks no protocol. */
export type Condition = 'up' | 'down' | 'hanging' | 'garbage';

/** An address that leads to a service as long as it is up; up at first. */
export interface Unsteady {
  readonly endpoint: string;
  become(condition: Condition): Promise<void>;
  stop(): Promise<void>;
}

/** Stands in front of the service at `target`, a URL. Becoming something else ends all connections. */
export async function unsteady(target: string): Promise<Unsteady> {
  const { hostname, port: targetPort } = new URL(target);
  const open = new Set<Socket>();
  let condition: Condition = 'up';

  const keep = (socket: Socket) => {
    open.add(socket);
    return socket.on('error', () => undefined).on('close', () => open.delete(socket));
  };
  const serve = (socket: Socket) => {
    keep(socket);
    if (condition === 'garbage') socket.end('\u0015\u0003\u0001 no HTTP \r\n\r\n');
    if (condition === 'hanging') socket.resume();
    if (condition === 'up') socket.pipe(keep(connect(Number(targetPort), hostname))).pipe(socket);
  };

  const server = createServer(serve);
  const port = await listen(server);
  const cut = async () => {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };

  return {
    endpoint: `http://127.0.0.1:${port}`,
    async become(next) {
      condition = next;
      await cut();
      if (next === 'down') return;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    stop: cut,
  };
}
