import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../env/free-port.ts';

/** An address that leads to a service while it is up, and refuses connections while it is down; down at first. */
export interface Relay {
  readonly endpoint: string;
  up(): Promise<void>;
  down(): Promise<void>;
}

export async function relayTo(endpoint: string, host = '127.0.0.1'): Promise<Relay> {
  const { protocol, hostname, port: target } = new URL(endpoint);
  const port = await freePort();
  const open = new Set<Socket>();
  let server: Server | undefined;

  function keep(socket: Socket): Socket {
    open.add(socket);
    return socket.on('error', () => undefined).on('close', () => open.delete(socket));
  }

  function pass(socket: Socket): void {
    const onward = keep(connect(Number(target), hostname));
    keep(socket).pipe(onward).pipe(socket);
  }

  return {
    endpoint: `${protocol}//${host}:${port}`,
    async up() {
      server = createServer(pass).listen(port, host);
      await once(server, 'listening');
    },
    async down() {
      const closed = server && once(server, 'close');
      server?.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
