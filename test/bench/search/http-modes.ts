import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { SearchEngine } from '../../../src/search/api.ts';
import { type Access, OPEN_ACCESS } from '../../../src/server/access/access.ts';
import { buildSearchServer } from '../../../src/server/app.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { createFakeAccess, fakeAuthenticator } from '../../support/access/access-bench.ts';

/**
 * What is served: Fastify at its plainest, one answer of 25 rows as it stands, the search, or the search with access by
 * rules.
 */
export type HttpMode = 'hello' | 'fixed' | 'search' | 'controlled';

/** A server over an engine that is filled; for `fixed` it gives what the search answers to `api`. */
export async function buildServer(mode: HttpMode, engine: SearchEngine): Promise<FastifyInstance> {
  if (mode === 'hello') return serveAlways('{"hello":"world"}');
  const served = { engine, epoch: 1, incomplete: false };
  const { app } = buildSearchServer({
    replica: { current: () => served },
    access: mode === 'controlled' ? controlledAccess() : OPEN_ACCESS,
    metricsRegistry: createMetricsRegistry(),
    log: createLogger({ level: 'silent' }),
  });
  if (mode !== 'fixed') return app;
  const { body } = await app.inject('/v1/search?q=api&n=25');
  await app.close();
  return serveAlways(body);
}

/** All see what is not of one department, logged in or not; of whom `ann` sees that too. */
function controlledAccess(): Access {
  const rules = {
    rules: [
      { names: ['**'], except: ['hr/**'], anonymous: true },
      { names: ['hr/**'], users: ['ann'] },
    ],
  };
  return createFakeAccess({ authenticator: fakeAuthenticator(), rules: () => rules, now: Date.now }).access;
}

function serveAlways(body: string): FastifyInstance {
  const app = fastify();
  app.get('/*', (_request, reply) => reply.type('application/json').send(body));
  return app;
}

export interface Updates {
  start(): void;
  stop(): void;
}

const UPDATES_A_SECOND = 100;

/** Pushes to one repository after another, as a busy registry does. */
export function createUpdates(engine: SearchEngine, records: readonly RepositoryRecord[]): Updates {
  let at = 0;
  let timer: NodeJS.Timeout | undefined;
  const update = () => {
    const record = records[at++ % records.length];
    if (record) engine.upsert({ ...record, pushedAtMs: Date.now() });
  };
  const stop = () => clearInterval(timer);
  return {
    start() {
      stop();
      timer = setInterval(update, 1_000 / UPDATES_A_SECOND);
    },
    stop,
  };
}
