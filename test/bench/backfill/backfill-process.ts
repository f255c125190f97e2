import { createRequestLimit } from '../../../src/aws/request-limit.ts';
import { openIndex } from '../../../src/dynamodb/open.ts';
import type { RecordStore } from '../../../src/dynamodb/records/record-store.ts';
import type { RangeStore } from '../../../src/dynamodb/state/ranges.ts';
import { createArtefactReader } from '../../../src/indexer/artefacts/reader.ts';
import { runBackfill } from '../../../src/indexer/backfill/backfill.ts';
import type { BackfillReport } from '../../../src/indexer/backfill/report.ts';
import { openLayout, openStorage } from '../../../src/storage/open.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { createMemoryRanges, createMemoryRecords } from '../../support/index/memory-index.ts';
import { answerJob } from '../support/child.ts';
import { measured } from '../support/measure.ts';
import type { BackfillFigures, BackfillJob } from './jobs.ts';
import { recordRequests } from './recorded-storage.ts';

const EPOCH = 1;
const FEED_SHARDS = 8;

answerJob(async (job: BackfillJob): Promise<BackfillFigures> => {
  const storage = recordRequests(openStorage(job.source, job.credentials, createRequestLimit(job.concurrency).run));
  const layout = openLayout({ storage, source: job.source, now: Date.now });
  const options = {
    layout,
    artefacts: createArtefactReader(layout),
    ...openStores(job),
    epoch: EPOCH,
    worker: { index: 0, count: 1 },
    concurrency: job.concurrency,
    now: Date.now,
    log: createLogger({ level: 'warn' }),
  };
  const startedAtMs = performance.now();
  let searchableSeconds: number | undefined;
  const onProgress = ({ searchable }: BackfillReport) => {
    if (searchable) searchableSeconds ??= (performance.now() - startedAtMs) / 1_000;
  };
  const { result, cost } = await measured(() => runBackfill({ ...options, onProgress }, new AbortController().signal));
  if (result.outcome !== 'complete') throw new Error(`the backfill ended as ${result.outcome}`);
  const { repositories, tags, errorCount } = result.report;
  const { requests } = storage;
  return { repositories, tags, errorCount, requests, searchableSeconds, cost };
});

function openStores({ records, concurrency }: BackfillJob): { records: RecordStore; ranges: RangeStore } {
  if (records.kind === 'map') return { records: createMemoryRecords(), ranges: createMemoryRanges(EPOCH) };
  if (records.kind === 'nowhere') return { records: writeNowhere(), ranges: createMemoryRanges(EPOCH) };
  const index = openIndex(records);
  return { records: index.records(FEED_SHARDS, { concurrency, writeUnitsPerSecond: undefined }), ranges: index.ranges };
}

/** A table that takes everything and has nothing: fit for repositories that the first pass knows all about. */
function writeNowhere(): RecordStore {
  return { ...createMemoryRecords(), create: async () => 'written', replace: async () => 'written' };
}
