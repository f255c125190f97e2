import { CONFIRM_ANNOTATION } from '../../api/names.ts';
import type { ResyncReport } from '../../dynamodb/state/resyncs.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { jobState } from '../kube-objects/job-state.ts';
import type { Finding } from '../status/step-result.ts';

/** What the last resync, or a Job that came to no report, left for a person to look at. */
export function complaintOf(report: ResyncReport | undefined, failedJob: KubeObject | undefined): Finding['complaint'] {
  if (report?.withheld) return { reason: 'MassDeletion', message: massDeletion(report.withheld) };
  if (report?.failure) return { reason: report.failure.reason, message: `resync: ${report.failure.message}` };
  if (!failedJob) return undefined;
  return { reason: 'ResyncFailed', message: `Job ${failedJob.metadata.name} failed; see its pods' logs` };
}

function massDeletion({ gone, of, confirmation }: NonNullable<ResyncReport['withheld']>): string {
  const finding = `${gone} of ${of} repositories are gone from the bucket, and none of them was removed from the index`;
  return `${finding}; if that is right, annotate with ${CONFIRM_ANNOTATION}=${confirmation}`;
}

/** The first Job that has failed since then. */
export function failedSince(jobs: readonly KubeObject[], sinceMs: number, nowMs: number): KubeObject | undefined {
  return jobs.find((job) => {
    const state = jobState(job, nowMs);
    return state.kind === 'ended' && state.failed && state.endedAtMs > sinceMs;
  });
}
