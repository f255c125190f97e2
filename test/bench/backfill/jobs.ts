import type { IndexLocation, Source } from '../../../src/api/settings.ts';
import type { AccessKeys } from '../../../src/aws/credentials.ts';
import { DEFAULT_RESOURCES, heapOptions } from '../../../src/operator/kube-objects/worker-pod.ts';
import type { Cost } from '../support/measure.ts';
import type { RecordedRequest } from './recorded-storage.ts';

/** Node's for a worker in a pod: a heap that may grow is not cleared out before it has. */
export const POD_FLAGS: readonly string[] = heapOptions(DEFAULT_RESOURCES);

/** Where records go: to DynamoDB, into a map, or nowhere when only the walk's own memory is of interest. */
export type Destination =
  | { readonly kind: 'dynamodb'; readonly location: IndexLocation; readonly credentials: AccessKeys }
  | { readonly kind: 'map' }
  | { readonly kind: 'nowhere' };

/** One backfill to measure. */
export interface BackfillJob {
  readonly source: Source;
  readonly credentials: AccessKeys;
  readonly concurrency: number;
  readonly records: Destination;
}

export interface BackfillFigures {
  readonly repositories: number;
  readonly tags: number;
  readonly errorCount: number;
  readonly requests: readonly RecordedRequest[];
  /** Until every repository could be found, if the backfill tells that apart from its end. */
  readonly searchableSeconds: number | undefined;
  readonly cost: Cost;
}

/** The same requests once more, all known beforehand, with nothing done with the answers. */
export interface ReplayJob extends Pick<BackfillJob, 'source' | 'credentials' | 'concurrency'> {
  readonly requests: readonly RecordedRequest[];
}
