import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { KubeConfig } from '@kubernetes/client-node';
import type { KubeObject, ResourceType } from '../../../src/kube/resource.ts';
import { listen } from '../network/listen.ts';

export const THING: ResourceType = { group: 'example.dev', version: 'v1', plural: 'things', kind: 'Thing' };

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Just enough of an API server, for one type, to fail in all the ways a real one cannot be made to. */
export interface FaultServer {
  readonly config: KubeConfig;
  /** What was asked, oldest first: `list`, `list …` for a further page, or `watch <resourceVersion>`. */
  readonly asked: string[];
  connections(): number;
  put(name: string, labels?: Record<string, string>): KubeObject;
  remove(name: string): void;
  objects(): KubeObject[];
  /** Gives the next request this answer instead of the right one. */
  answerNext(answer: Answer): void;
  /** Writes something into every open watch. */
  inject(text: string): void;
  /** Open watches bring no changes any more, as when the other side is gone without a word. */
  mute(): void;
  /** Ends every open watch, in order or with its connection. */
  interrupt(how: 'end' | 'reset'): void;
  /** Forgets all versions up to now. */
  compact(): void;
  close(): Promise<void>;
}

interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  readonly version: number;
}

/** Answers with a Status, as an API server refuses. */
export function refuse(code: number, reason: string, headers: Record<string, string> = {}): Answer {
  return (_request, response) => sendJson(response, { kind: 'Status', code, reason, message: reason }, code, headers);
}

function sendJson(response: ServerResponse, body: unknown, code = 200, headers: Record<string, string> = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export async function startFaultServer(): Promise<FaultServer> {
  const objects = new Map<string, KubeObject>();
  const changes: Change[] = [];
  const snapshots = new Map<string, { readonly items: readonly KubeObject[]; readonly version: number }>();
  const streams = new Set<ServerResponse>();
  const muted = new WeakSet<ServerResponse>();
  const answers: Answer[] = [];
  const asked: string[] = [];
  let connections = 0;
  let version = 100;
  let oldest = 0;

  function change(type: Change['type'], object: KubeObject): void {
    changes.push({ type, object, version });
    for (const stream of streams) if (!muted.has(stream)) stream.write(line(type, object));
  }

  function next(name: string, labels?: Record<string, string>): KubeObject {
    version += 1;
    const metadata = { namespace: 'team', name, resourceVersion: String(version), ...(labels ? { labels } : {}) };
    return { apiVersion: 'example.dev/v1', kind: 'Thing', metadata };
  }

  function list(url: URL, response: ServerResponse): void {
    const [id = '', offset = '0'] = (url.searchParams.get('continue') ?? `${snapshots.size}/0`).split('/');
    const snapshot = snapshots.get(id) ?? { items: [...objects.values()], version };
    snapshots.set(id, snapshot);
    const from = Number(offset);
    const end = from + Number(url.searchParams.get('limit'));
    const more = end < snapshot.items.length ? { continue: `${id}/${end}` } : {};
    asked.push(from === 0 ? 'list' : 'list …');
    sendJson(response, {
      kind: 'ThingList',
      metadata: { resourceVersion: String(snapshot.version), ...more },
      items: snapshot.items.slice(from, end),
    });
  }

  function watch(url: URL, response: ServerResponse): void {
    const from = Number(url.searchParams.get('resourceVersion'));
    asked.push(`watch ${from}`);
    if (from < oldest) {
      sendJson(response, { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }, 410);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    for (const { type, object, version } of changes) if (version > from) response.write(line(type, object));
    streams.add(response);
    response.once('close', () => streams.delete(response));
  }

  const server = createServer((request, response) => {
    const answer = answers.shift();
    if (answer !== undefined) return answer(request, response);
    const url = new URL(request.url ?? '/', 'http://localhost');
    return url.searchParams.has('watch') ? watch(url, response) : list(url, response);
  });
  server.on('connection', () => {
    connections += 1;
  });
  const port = await listen(server);

  return {
    config: configFor(`http://127.0.0.1:${port}`),
    asked,
    connections: () => connections,
    put(name, labels) {
      const type = objects.has(name) ? 'MODIFIED' : 'ADDED';
      const object = next(name, labels);
      objects.set(name, object);
      change(type, object);
      return object;
    },
    remove(name) {
      objects.delete(name);
      change('DELETED', next(name));
    },
    objects: () => [...objects.values()],
    answerNext: (answer) => void answers.push(answer),
    inject(text) {
      for (const stream of streams) stream.write(text);
    },
    mute() {
      for (const stream of streams) muted.add(stream);
    },
    interrupt(how) {
      for (const stream of streams) {
        if (how === 'end') stream.end();
        else stream.socket?.destroy();
      }
      streams.clear();
    },
    compact() {
      oldest = version;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function line(type: Change['type'], object: KubeObject): string {
  return `${JSON.stringify({ type, object })}\n`;
}

/** client-node speaks plain HTTP only where TLS is not verified. */
function configFor(server: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'test', server, skipTLSVerify: true }, { name: 'test', token: 'secret' });
  return config;
}
