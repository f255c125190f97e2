import { isoTime } from '../../api/iso-time.ts';
import type { ResyncReport } from '../../dynamodb/state/resyncs.ts';
import { skippedFields } from '../status/skipped.ts';
import type { StatusFields } from '../status/step-result.ts';
import type { ResyncRequest } from './decide.ts';

/** The status fields that tell what the last resync found, repaired and cost. */
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

/** What of a request is remembered, so that it is acted upon once. */
export function handledStatus(request: ResyncRequest): StatusFields {
  return request.kind === 'confirmed' ? { handledConfirmation: request.endedAt } : { handledResync: request.value };
}
