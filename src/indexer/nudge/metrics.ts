import { Counter, type Registry } from 'prom-client';
import type { NudgerDeps } from './nudger.ts';

/** Counts nudges by result. */
export function countNudges(registry: Registry): NudgerDeps['observe'] {
  const nudges = new Counter({
    name: 'registry_index_nudges_sent_total',
    help: 'Nudges of search pods after writes, by result; what is not taken is found by the change feed',
    labelNames: ['result'],
    registers: [registry],
  });
  return (result) => nudges.inc({ result });
}
