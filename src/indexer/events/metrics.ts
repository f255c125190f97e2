import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { EventGapReason } from '../../dynamodb/state/event-report.ts';
import type { HintObserver } from './follow-hints.ts';
import type { HintQueue } from './hint-queue.ts';
import type { EventKind } from './notification.ts';

export interface EventMetrics extends HintObserver {
  received(kind: EventKind): void;
  /** Something may have been sent that has no effect: the next resync finds what it said. */
  gap(reason: EventGapReason): void;
  rejected(): void;
}

export function createEventMetrics(registry: Registry, queue: Pick<HintQueue, 'depth'>): EventMetrics {
  const registers = [registry];
  const events = new Counter({
    name: 'registry_index_events_total',
    help: 'Events of registries and stores: hints say where to look; what is ignored changes nothing that search shows',
    labelNames: ['kind'],
    registers,
  });
  const gaps = new Counter({
    name: 'registry_index_event_gaps_total',
    help: 'Events that were sent and have no effect, or may have been lost; the next resync finds what they said',
    labelNames: ['reason'],
    registers,
  });
  const rejected = new Counter({
    name: 'registry_index_notifications_rejected_total',
    help: 'Notifications with a wrong credential or none',
    registers,
  });
  const updates = new Counter({
    name: 'registry_index_event_updates_total',
    help: 'Repositories that were read because of events, by what became of their records',
    labelNames: ['result'],
    registers,
  });
  const misses = new Counter({
    name: 'registry_index_event_misses_total',
    help: 'Tags that did not come to show what an event had announced',
    registers,
  });
  const failures = new Counter({
    name: 'registry_index_event_failures_total',
    help: 'Attempts to update a repository that failed and are made again',
    registers,
  });
  const lag = new Histogram({
    name: 'registry_index_event_lag_seconds',
    help: 'From the first event about a repository until its record was written',
    buckets: [0.05, 0.1, 0.2, 0.4, 0.7, 1, 2, 5, 10, 30],
    registers,
  });
  new Gauge({
    name: 'registry_index_event_queue_depth',
    help: 'Repositories with tags that are to be looked at',
    registers,
    collect() {
      this.set(queue.depth());
    },
  });
  return {
    received: (kind) => events.inc({ kind }),
    gap: (reason) => gaps.inc({ reason }),
    rejected: () => rejected.inc(),
    updated(result, lagMs) {
      updates.inc({ result });
      if (lagMs !== undefined && result === 'written') lag.observe(lagMs / 1_000);
    },
    missed: (tags) => misses.inc(tags),
    failed: () => failures.inc(),
  };
}
