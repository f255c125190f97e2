import { pino } from 'pino';
import { createReplicaMetrics } from '../../../src/search/replica/metrics.ts';
import { type Activity, createReplica, type Replica, type ReplicaDeps } from '../../../src/search/replica/replica.ts';
import { REPLICA_DEFAULTS } from '../../../src/search/replica/replica-settings.ts';
import { NO_SNAPSHOTS } from '../../../src/search/snapshot/snapshots.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { ALL, atOnce, createPromptEngine, textQuery } from './search-queries.ts';
import type { SearchTables } from './search-tables.ts';

export interface ReplicaBench {
  readonly replica: Replica;
  readonly deps: ReplicaDeps;
  /** Moves the replica's clock on and lets it make a pass. */
  pass(afterMs?: number): Promise<Activity>;
  /** Names that search finds now, sorted; undefined while nothing is loaded. */
  found(): readonly string[] | undefined;
  /** How many repositories hold the text. */
  hits(text: string): number | undefined;
  /** What was logged so far. */
  messages(): readonly string[];
}

const NEVER = new AbortController().signal;

/** A replica on tables in memory whose clock and passes a test drives; the clock begins at `nowMs`. */
export function createReplicaBench(tables: SearchTables, nowMs = 1_000_000, snapshots = NO_SNAPSHOTS): ReplicaBench {
  let clockMs = nowMs;
  const lines: string[] = [];
  const now = () => clockMs;
  const deps: ReplicaDeps = {
    source: tables,
    // However slow the machine is, it answers at once.
    createEngine: createPromptEngine,
    snapshots,
    settings: { ...REPLICA_DEFAULTS, auditStretchMs: 0 },
    metrics: createReplicaMetrics(createMetricsRegistry(), now),
    log: pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line).msg) }),
    now,
  };
  const replica = createReplica(deps);
  return {
    replica,
    deps,
    async pass(afterMs = 1_000) {
      clockMs += afterMs;
      return replica.pass(NEVER);
    },
    found() {
      const engine = replica.current()?.engine;
      return engine && atOnce(engine.catalog({ last: undefined, limit: 1_000, visibility: ALL })).names;
    },
    hits(text) {
      const engine = replica.current()?.engine;
      return engine && atOnce(engine.search(textQuery(text))).total;
    },
    messages: () => lines,
  };
}
