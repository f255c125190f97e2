import type { IndexLocation, Source } from '../../../src/api/settings.ts';
import type { AccessKeys } from '../../../src/aws/credentials.ts';
import { connect } from '../../../src/dynamodb/clients.ts';
import { openIndex } from '../../../src/dynamodb/open.ts';
import { startIndexer } from '../../../src/indexer/events/run-indexer.ts';
import type { ReportTiming } from '../../../src/indexer/gaps/event-reporter.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { until } from '../eventually.ts';
import { silentLog } from '../silent-log.ts';

export interface IndexerChoices {
  readonly token?: string;
  /** The clock of its process. */
  readonly now?: () => number;
  readonly onWritten?: (name: string) => void;
  readonly reportTiming?: ReportTiming;
}

export interface StagedIndexerOptions extends IndexerChoices {
  readonly location: IndexLocation & { readonly credentials: AccessKeys };
  readonly source: Source;
  readonly credentials: AccessKeys;
  readonly webhookSecret: string;
  readonly identity: string;
}

export interface StagedIndexer {
  readonly url: string;
  /** All values of a metric together that have these labels; 0 where there is none. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  stop(): Promise<void>;
}

/** An indexer in this process, on loopback. */
export async function startStagedIndexer(options: StagedIndexerOptions): Promise<StagedIndexer> {
  const { location, source, credentials, webhookSecret, identity, token, now, onWritten = () => undefined } = options;
  const { reportTiming } = options;
  const clock = now ? { now } : {};
  const ending = new AbortController();
  const metrics = createMetricsRegistry();
  const index = openIndex({
    location,
    credentials: location.credentials,
    connect: (options) => connect({ ...options, ...clock }),
  });
  const { url, ended } = await startIndexer(
    {
      ...{ index, source, credentials, token, webhookSecret, identity, pulls: 'Ignore', log: silentLog, ...clock },
      ...(reportTiming && { reportTiming }),
      ...{ concurrency: 16, metricsRegistry: metrics, onWritten, listen: { host: '127.0.0.1', port: 0 } },
    },
    ending.signal,
  );
  return {
    url,
    async metric(name, labels = {}) {
      const { values } = (await metrics.getSingleMetric(name)?.get()) ?? { values: [] };
      const meant = values.filter((value) => hasLabels(value.labels, labels));
      return meant.reduce((total, { value }) => total + value, 0);
    },
    async stop() {
      ending.abort();
      await ended;
      index.close();
    },
  };
}

function hasLabels(all: object, wanted: Readonly<Record<string, string>>): boolean {
  const given = new Map(Object.entries(all));
  return Object.entries(wanted).every(([label, text]) => given.get(label) === text);
}

/** Waits until an indexer has done all that it was told, also what it waits for in vain. */
export async function untilDone(indexer: StagedIndexer): Promise<void> {
  await until(async () => (await indexer.metric('registry_index_event_queue_depth')) === 0);
}
