import { connect } from 'node:net';
import { pino } from 'pino';
import type { Registry } from 'prom-client';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { GuardedApp } from '../../../src/http/guarded-app.ts';
import type { SocketLimits } from '../../../src/http/socket-guard.ts';
import type { SearchEngine } from '../../../src/search/api.ts';
import { createSearchEngine } from '../../../src/search/engine/create-engine.ts';
import type { ServedIndex } from '../../../src/search/served-index.ts';
import { type Access, OPEN_ACCESS } from '../../../src/server/access/access.ts';
import { buildSearchServer } from '../../../src/server/app.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';

export interface ServerBench extends GuardedApp {
  readonly engine: SearchEngine;
  readonly metricsRegistry: Registry;
}

export interface BenchOptions {
  readonly incomplete?: boolean;
  readonly now?: () => number;
  readonly limits?: Partial<SocketLimits>;
  readonly corsOrigins?: readonly string[];
  readonly access?: Access;
  readonly registryUrl?: string;
}

/** A server that answers from these records; from none at all, as one that has not loaded, when they are undefined. */
export function createServerBench(
  records: readonly RepositoryRecord[] | undefined,
  {
    incomplete = false,
    now = Date.now,
    limits = {},
    corsOrigins = [],
    access = OPEN_ACCESS,
    registryUrl,
  }: BenchOptions = {},
): ServerBench {
  const engine = createSearchEngine();
  for (const record of records ?? []) engine.upsert(record);
  const served: ServedIndex | undefined = records && { engine, epoch: 3, incomplete };
  const metricsRegistry = createMetricsRegistry();
  const log = pino({ level: 'silent' });
  const guarded = buildSearchServer({
    replica: { current: () => served },
    metricsRegistry,
    log,
    now,
    limits,
    corsOrigins,
    access,
    registryUrl,
  });
  return { ...guarded, engine, metricsRegistry };
}

/** Sends bytes as they are and answers with everything that comes back until the server closes. */
export function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}
