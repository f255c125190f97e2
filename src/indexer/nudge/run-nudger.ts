import { Counter, type Registry } from 'prom-client';
import { createFindPods, type NudgeTarget } from './find-pods.ts';
import { createNudger, type Nudger, type NudgerDeps } from './nudger.ts';
import { createNudgeSender } from './send-nudge.ts';

export interface RunningNudger extends Nudger {
  /** Sends the names that still wait, and closes its connections. */
  close(): Promise<void>;
}

/** Nudges the search pods at these addresses. */
export function startNudger(targets: readonly NudgeTarget[], registry: Registry): RunningNudger {
  const { send, close } = createNudgeSender();
  const findPods = createFindPods({ targets, now: Date.now });
  const nudger = createNudger({ findPods, send, observe: countNudges(registry) });
  return {
    ...nudger,
    async close() {
      await nudger.settled();
      await close();
    },
  };
}

/** Counts nudges by result. */
function countNudges(registry: Registry): NudgerDeps['observe'] {
  const nudges = new Counter({
    name: 'registry_index_nudges_sent_total',
    help: 'Nudges of search pods after writes, by result; what is not taken is found by the change feed',
    labelNames: ['result'],
    registers: [registry],
  });
  return (result) => nudges.inc({ result });
}
