import { createServer, request } from 'node:http';
import { listen } from './listen.ts';

export interface LaterAddress {
  readonly url: string;
  leadTo(target: string): void;
  stop(): Promise<void>;
}

/** An address that is there before what it leads to; until then it answers that all is well. */
export async function startLaterAddress(): Promise<LaterAddress> {
  let target: string | undefined;
  const server = createServer((incoming, outgoing) => {
    if (target === undefined) return outgoing.end();
    const { method, url, headers } = incoming;
    const forwarded = request(new URL(url ?? '/', target), { headers, ...(method ? { method } : {}) }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  return {
    url,
    leadTo(next: string) {
      target = next;
    },
    stop: async () => void server.close(),
  };
}
