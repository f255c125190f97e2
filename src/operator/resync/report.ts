import type { Problem } from '../../api/conditions.ts';
import { isoTime } from '../../api/iso-time.ts';
import { CONFIRM_ANNOTATION } from '../../api/names.ts';
import type { ResyncReport } from '../../dynamodb/state/resync-report.ts';
import type { EventText } from '../../kube/events/event-object.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { jobState } from '../kube-objects/jobs.ts';
import { skippedFields } from '../status/skipped.ts';
import type { StatusFields } from '../status/step-result.ts';
import type { ResyncRequest } from './decide.ts';

/** The status fields of the last resync: what it found, repaired and cost. */
export function resyncStatus(report: ResyncReport): StatusFields {
  const { startedAtMs, endedAtMs, repositories, added, changed, removed, swept, reread, withheld } = report;
  const { readUnits, writeUnits, rereadGets, ...requests } = report.requests;
  const endedAt = isoTime(endedAtMs);
  return {
    ...(report.failure ? {} : { lastResyncTime: endedAt }),
    resync: {
      startedAt: isoTime(startedAtMs),
      endedAt,
      ...{ repositories, added, changed, removed, swept, ...(reread === undefined ? {} : { reread }) },
      ...skippedFields(report),
      ...(withheld ? { gone: withheld.gone, confirmation: withheld.confirmation } : {}),
      requests: {
        ...requests,
        ...(rereadGets === undefined ? {} : { rereadGets }),
        readUnits: Math.ceil(readUnits),
        writeUnits: Math.ceil(writeUnits),
      },
    },
  };
}

/** The status fields by which a request is acted upon once. */
export function handledStatus(request: ResyncRequest): StatusFields {
  switch (request.kind) {
    case 'confirmed':
      return { handledConfirmation: request.endedAt };
    case 'requested':
      return { handledResync: request.value };
    case 'gap':
      return {};
  }
}

/** The event of a resync that has ended. Its time makes each an event of its own. */
export function eventOf(report: ResyncReport): EventText {
  const { failure, withheld, repositories, added, changed, removed, swept, reread = 0, endedAtMs } = report;
  const at = `(${isoTime(endedAtMs)})`;
  if (failure) return { type: 'Warning', reason: 'ResyncFailed', action: 'Resync', note: `${failure.message} ${at}` };
  if (withheld) {
    const note = `${withheld.gone} of ${withheld.of} repositories are gone from the bucket; none was removed ${at}`;
    return { type: 'Warning', reason: 'MassDeletion', action: 'Resync', note };
  }
  const repaired = `${added} added, ${changed} changed, ${removed} removed, ${swept} items swept`;
  const { lists, gets, reads, writes, rereadGets = 0 } = report.requests;
  const cost = `${lists} LIST, ${gets} GET, ${reads} reads and ${writes} writes`;
  const upgraded = reread > 0 ? `; re-read ${reread} records of an older version by ${rereadGets} GET` : '';
  const note = `Compared ${repositories} repositories: ${repaired}${upgraded}; ${cost} ${at}`;
  return { type: 'Normal', reason: 'Resynced', action: 'Resync', note };
}

/** What the last resync, or a Job that failed without a report, leaves for a person to mend. */
export function degradationOf(
  report: ResyncReport | undefined,
  failedJob: KubeObject | undefined,
): Problem | undefined {
  if (report?.withheld) return { reason: 'MassDeletion', message: massDeletion(report.withheld) };
  if (report?.failure) return { reason: report.failure.reason, message: `resync: ${report.failure.message}` };
  if (!failedJob) return undefined;
  return { reason: 'ResyncFailed', message: `Job ${failedJob.metadata.name} failed; see its pods' logs` };
}

function massDeletion({ gone, of, confirmation }: NonNullable<ResyncReport['withheld']>): string {
  const found = `${gone} of ${of} repositories are gone from the bucket, and none of them was removed from the index`;
  return `${found}; if that is right, annotate with ${CONFIRM_ANNOTATION}=${confirmation}`;
}

/** The first Job that has failed since then. */
export function failedSince(jobs: readonly KubeObject[], sinceMs: number, nowMs: number): KubeObject | undefined {
  return jobs.find((job) => {
    const state = jobState(job, nowMs);
    return state.kind === 'ended' && state.failed && state.endedAtMs > sinceMs;
  });
}
