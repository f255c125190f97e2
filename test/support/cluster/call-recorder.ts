import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { callOfGet, callsOfPost, createNotes } from '../../../scripts/testing/call-notes.mjs';
import { listen } from '../network/listen.ts';

/** Passes requests on to DynamoDB or S3, and writes down which process has made which. */
export interface CallRecorder {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** On `host`, where pods reach it. What is passed on is what was signed, the name of the host included. */
export async function startCallRecorder(target: string, host: string, folder: string): Promise<CallRecorder> {
  const { hostname, port } = new URL(target);
  const note = createNotes(folder, `port-${port}`);

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method, url = '/', rawHeaders, headers } = incoming;
    const body = await buffer(incoming);
    const process = processOf(headers['user-agent']);
    const calls = method === 'GET' ? [callOfGet(url)] : callsOfPost(String(headers['x-amz-target']), String(body));
    if (process !== undefined) for (const call of calls) note({ process, ...call });
    const onward = request({ hostname, port, method, path: url, headers: rawHeaders, setHost: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing).on('close', () => answer.destroy());
    });
    onward.on('error', () => outgoing.destroy()).end(body);
  }

  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const endpoint = `http://${host}:${await listen(server, host)}`;
  return {
    endpoint,
    async stop() {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The command that a process of the program names itself by. */
function processOf(userAgent = ''): string | undefined {
  return /\bapp\/registry-index-([\w-]+)/.exec(userAgent)?.[1];
}
