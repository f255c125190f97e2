import type { RegistryIndexStatus } from '../../../src/api/generated.ts';
import { conditions, type MeteredPrograms, meteredPrograms } from './programs.ts';
import { createRecording, type Recording, SCRAPE_INTERVAL_MS } from './recording.ts';

/** Programs in a time of their own, which are scraped once a minute. */
export interface Life {
  readonly recording: Recording;
  /** Lets so many minutes pass; in each, all goes well but for what `fault` does. */
  pass(minutes: number, fault?: (programs: MeteredPrograms, nowMs: number) => unknown): Promise<void>;
}

export const HEALTHY = { Ready: true, SearchAvailable: true, Fresh: true, Degraded: false, Stalled: false };

const HOUR_MS = 3_600_000;

/** The status of an index for which all goes well, last compared an hour before `nowMs`. */
export function healthyStatus(nowMs: number): RegistryIndexStatus {
  return {
    conditions: conditions(HEALTHY),
    backfill: { percent: 100, repositories: 1_000, errorCount: 1, startedAt: isoTime(0), errorsByKind: { Foreign: 1 } },
    resync: { repositories: 1_000, added: 1, changed: 2, removed: 0 },
    lastResyncTime: isoTime(nowMs - HOUR_MS),
    notifications: { lastEventTime: isoTime(nowMs) },
  };
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Begins at `startMs` since 1970. */
export function createLife(startMs: number): Life {
  let nowMs = startMs;
  const programs = meteredPrograms(() => nowMs);
  const recording = createRecording(programs.targets);
  return {
    recording,
    async pass(minutes, fault) {
      for (let minute = 0; minute < minutes; minute++) {
        await goWell(programs, nowMs);
        await fault?.(programs, nowMs);
        await recording.scrape();
        nowMs += SCRAPE_INTERVAL_MS;
      }
    },
  };
}

/** A minute of every program in which nothing is wrong. */
async function goWell({ operators, search, indexer, cluster }: MeteredPrograms, nowMs: number): Promise<void> {
  for (const [at, operator] of operators.entries()) {
    operator.leading(at === 0);
    operator.reconciled('done', 0.1);
    operator.observe(healthyStatus(nowMs));
  }
  search.polledAt(nowMs);
  search.meter.readUnits += 10;
  for (const via of ['nudge', 'feed'] as const) search.found(via, { writtenSecondsAgo: 0.3, pushedSecondsAgo: 0.5 });
  search.answered('engine');
  search.answered('cache');
  search.checked('known');
  await search.answer(200, 5);
  indexer.events.received('hint');
  indexer.events.updated('written', 300);
  indexer.state.oldestMessageSeconds = 1;
  cluster.searchReplicas(2);
}
