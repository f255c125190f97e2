import type { Registry } from 'prom-client';
import { createFindPods, type NudgeTarget } from './find-pods.ts';
import { countNudges } from './metrics.ts';
import { createNudger, type Nudger } from './nudger.ts';
import { createNudgeSender } from './send-nudge.ts';

export interface RunningNudger extends Nudger {
  /** Says what is still to be said, and closes its connections. */
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
