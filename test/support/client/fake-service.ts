import { createServer, type IncomingMessage } from 'node:http';
import { listen } from '../network/listen.ts';

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** In place of JSON. */
  readonly text?: string;
}

export interface FakeService {
  /** `127.0.0.1:port`. */
  readonly host: string;
  readonly url: string;
  /** What it was asked, in its order: the method unless it is GET, and the path with its query. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/** A server that says what a real search service cannot be brought to say. */
export async function startFakeService(
  reply: (url: URL, request: IncomingMessage, body: string) => Reply | undefined,
): Promise<FakeService> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push(`${request.method === 'GET' ? '' : `${request.method} `}${request.url}`);
    const url = new URL(request.url ?? '', `http://${request.headers.host}`);
    const { status = 200, headers = {}, json, text } = reply(url, request, body) ?? { status: 404 };
    response.writeHead(status, headers).end(text ?? (json === undefined ? '' : JSON.stringify(json)));
  });
  const host = `127.0.0.1:${await listen(server)}`;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { host, url: `http://${host}`, asked, stop };
}
