import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Certificate } from '../../env/certificates.ts';
import { freePort } from '../../env/free-port.ts';

/** TLS in front of a service. */
export interface TlsFront {
  readonly endpoint: string;
  stop(): Promise<void>;
}

export async function startTlsFront(target: string, host: string, certificate: Certificate): Promise<TlsFront> {
  const { hostname, port: targetPort } = new URL(target);
  const [cert, key] = await Promise.all([readFile(certificate.certFile), readFile(certificate.keyFile)]);
  const port = await freePort();
  const open = new Set<TLSSocket>();
  const server = createServer({ cert, key }, (socket) => {
    open.add(socket);
    const onward = connect(Number(targetPort), hostname);
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy()).on('close', () => open.delete(socket));
    socket.pipe(onward).pipe(socket);
  });
  server.on('tlsClientError', () => undefined).listen(port, host);
  await once(server, 'listening');
  return {
    endpoint: `https://${host}:${port}`,
    async stop() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
