import { Cron } from 'croner';
import type { Problem } from '../../api/conditions.ts';
import { isoTime } from '../../api/iso-time.ts';
import { isRecord } from '../../json/is-record.ts';
import type { KubeObject } from '../../kube/resource.ts';
import type { JobState } from '../kube-objects/jobs.ts';
import { leastMinutesBetween } from '../validation/cron-interval.ts';

export interface OverdueObservation {
  readonly schedule: string;
  readonly cronJobName: string;
  /** When the last resync, or else the backfill, ended. */
  readonly endedAtMs: number;
  /** The Job of a resync that has not ended. */
  readonly running: { readonly job: KubeObject; readonly state: JobState } | undefined;
  readonly nowMs: number;
}

/** A resync may take this long after its time before it is missed; so may one that comes more often. */
const GRACE_MS = 60 * 60_000;

/** A resync that should have ended by now and has not, with what keeps it; undefined if none is missing. */
export function overdue(seen: OverdueObservation): Problem | undefined {
  const { schedule, endedAtMs, nowMs } = seen;
  const dueMs = lastDueMs(schedule, nowMs - GRACE_MS);
  if (dueMs === undefined || endedAtMs >= dueMs) return undefined;
  return { reason: 'ResyncOverdue', message: `no resync has ended since ${isoTime(dueMs)}: ${causeOf(seen)}` };
}

function causeOf({ running, cronJobName, endedAtMs }: OverdueObservation): string {
  if (!running) return `no Job was started; see kubectl describe cronjob ${cronJobName}`;
  const { job, state } = running;
  const { name } = job.metadata;
  if (state.kind === 'withoutPods')
    return `no pod of Job ${name} is ready; see kubectl describe job ${name}, and its pods`;
  const startedAtMs = isRecord(job.status) ? Date.parse(String(job.status.startTime)) : Number.NaN;
  return startedAtMs < endedAtMs
    ? `Job ${name} has done its work and its pod does not end; a sidecar has to be an init container with restartPolicy Always`
    : `Job ${name} still runs; it takes longer than the time between two, or hangs: see its pods' logs`;
}

/** The last time before `beforeMs` at which Kubernetes starts a Job of this schedule; undefined if there is none. */
function lastDueMs(schedule: string, beforeMs: number): number | undefined {
  const [, timezone = 'Etc/UTC', expression = ''] = /^\s*(?:(?:CRON_TZ|TZ)=(\S+)\s+)?(.*)$/.exec(schedule) ?? [];
  if (expression.startsWith('@every')) {
    const minutes = leastMinutesBetween(expression);
    return minutes === undefined ? undefined : beforeMs - minutes * 60_000;
  }
  try {
    const [last] = new Cron(expression, { timezone, sloppyRanges: true }).previousRuns(1, new Date(beforeMs));
    return last?.getTime();
  } catch {
    // The API server refused it, or takes more than this library does: then there is nothing to compare with.
    return undefined;
  }
}
