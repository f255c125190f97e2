import { fork } from 'node:child_process';
import type { Source } from '../../../src/api/settings.ts';
import { LARGE_HEAP, runInChild } from '../support/child.ts';
import type { Cost } from '../support/measure.ts';
import { type BackfillFigures, type BackfillJob, type Destination, POD_FLAGS, type ReplayJob } from './jobs.ts';
import { modelledCount, modelledWalk } from './list-model.ts';
import { countOf } from './recorded-storage.ts';
import type { Latencies } from './s3-stub.ts';
import { type BucketShape, createSyntheticBucket } from './synthetic-bucket.ts';

export interface SyntheticFigures {
  readonly shape: BucketShape;
  readonly backfill: BackfillFigures;
  readonly lists: number;
  readonly gets: number;
  /** LISTs of counting and of an undivided jump walk. */
  readonly modelledLists: number;
  /** The same requests in a bare loop; undefined where it was not run. */
  readonly bare: Cost | undefined;
}

/** As clients in the bucket's region see them; a LIST of a thousand keys takes S3 100 to 200 ms. */
const LATENCIES: Latencies = { listMs: 100, getMs: 30 };
const CREDENTIALS = { accessKeyId: 'bench', secretAccessKey: 'bench' };
const CONCURRENCY = 64;

/** Backfills a bucket of that shape from the stub, and sends the same requests in a bare loop beside it. */
export async function measureSynthetic(
  shape: BucketShape,
  { records, withBare }: { readonly records: Destination; readonly withBare: boolean },
): Promise<SyntheticFigures> {
  await using stub = await startStub(shape);
  const common = { source: sourceAt(stub.endpoint), credentials: CREDENTIALS, concurrency: CONCURRENCY };
  const job: BackfillJob = { ...common, records };
  const flags = records.kind === 'map' ? LARGE_HEAP : POD_FLAGS;
  const backfill = await runInChild<BackfillJob, BackfillFigures>(BACKFILL, job, flags);
  const { requests } = backfill;
  const bare = withBare ? await runInChild<ReplayJob, Cost>(REPLAY, { ...common, requests }) : undefined;
  const modelledLists = modelledCount(shape.repositories) + modelledWalk(createSyntheticBucket(shape));
  return { shape, backfill, lists: countOf(requests, 'list'), gets: countOf(requests, 'get'), modelledLists, bare };
}

const BACKFILL = new URL('./backfill-process.ts', import.meta.url);
const REPLAY = new URL('./replay-process.ts', import.meta.url);
const STUB = new URL('./stub-process.ts', import.meta.url);

async function startStub(shape: BucketShape): Promise<{ endpoint: string; [Symbol.asyncDispose](): Promise<void> }> {
  const child = fork(STUB);
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(String(message)));
    child.once('exit', () => reject(new Error('the S3 stub ended before it listened')));
    child.send({ shape, latencies: LATENCIES });
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    endpoint,
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await ended;
    },
  };
}

function sourceAt(endpoint: string): Source {
  const place = { region: 'eu-west-1', endpoint, forcePathStyle: true, rootDirectory: '' };
  return { kind: 's3', bucket: 'bench', layout: 'V2', ...place };
}
