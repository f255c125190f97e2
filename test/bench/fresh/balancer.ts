import { connect, createServer, type Socket } from 'node:net';
import { listen } from '../../support/network/listen.ts';

/** Gives each connection to the next of the addresses, as a Service does. */
export async function startBalancer(urls: readonly string[]): Promise<{ readonly url: string; close(): void }> {
  const open = new Set<Socket>();
  let turn = 0;
  const keep = (socket: Socket) => {
    open.add(socket);
    return socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
  };
  const server = createServer((incoming) => {
    const { hostname, port } = new URL(urls[turn++ % urls.length] ?? '');
    const onward = keep(connect(Number(port), hostname));
    keep(incoming).pipe(onward).pipe(incoming);
  });
  return {
    url: `http://127.0.0.1:${await listen(server)}`,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
