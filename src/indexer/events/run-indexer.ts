import { once } from 'node:events';
import type { Registry } from 'prom-client';
import type { QueuePlace } from '../../api/queue-place.ts';
import { type Source, sourceIdentity } from '../../api/settings.ts';
import { sleep } from '../../async/sleep.ts';
import type { AwsCredentials } from '../../aws/credentials.ts';
import { createRequestLimit } from '../../aws/request-limit.ts';
import type { Index } from '../../dynamodb/open.ts';
import type { EventGapReason } from '../../dynamodb/state/event-report.ts';
import type { OwnershipRecord } from '../../dynamodb/state/ownership.ts';
import type { ListenAddress } from '../../http/guarded-app.ts';
import { exposeSockets } from '../../http/socket-metrics.ts';
import { openLayout, openStorage } from '../../storage/open.ts';
import type { Logger } from '../../telemetry/log.ts';
import { createArtefactReader } from '../artefacts/reader.ts';
import { createEventReporter, type ReportTiming } from '../gaps/event-reporter.ts';
import { createRemovalBrake, createRepositoryCount, type RemovalBrake } from '../gaps/removal-brake.ts';
import { followHints } from './follow-hints.ts';
import { createHintQueue } from './hint-queue.ts';
import { buildIntake } from './intake.ts';
import { createEventMetrics } from './metrics.ts';
import type { Pulls } from './notification.ts';
import type { PatchDeps } from './patch-repository.ts';
import { createReceiver } from './receive.ts';
import { startConsumer } from './sqs/consume.ts';
import { openMessageQueue } from './sqs/message-queue.ts';

export interface IndexerOptions {
  readonly index: Pick<Index, 'ownership' | 'records' | 'events' | 'resyncs' | 'ranges'>;
  /** Stays after a restart, as the name of a pod does; another indexer's of the same tables is different. */
  readonly identity: string;
  readonly reportTiming?: ReportTiming;
  readonly source: Source;
  readonly credentials: AwsCredentials | undefined;
  /** See IntakeDeps. */
  readonly token: string | undefined;
  readonly webhookSecret: string | undefined;
  /** Where the events of a bucket wait; read with `credentials`. */
  readonly queue?: QueuePlace | undefined;
  readonly pulls: Pulls;
  readonly listen: ListenAddress;
  /** Called for each repository whose record was written. */
  readonly onWritten: (name: string) => void;
  /** Called with the ownership record whenever it was read, while the tables are ours. */
  readonly onOwnership?: (ownership: OwnershipRecord) => void;
  /** Requests to each service under way at once, at most. */
  readonly concurrency: number;
  /** See HintQueueOptions. */
  readonly maxNames?: number;
  readonly writeUnits?: number | undefined;
  readonly metricsRegistry: Registry;
  readonly log: Logger;
  /** Milliseconds since 1970; the system's clock when left out. */
  readonly now?: () => number;
}

export interface RunningIndexer {
  readonly url: string;
  /** Resolves once it was stopped, and everything accepted before is written, or the time for that is over. */
  readonly ended: Promise<void>;
}

const CLOSE_GRACE_MS = 2_000;
/** Kubernetes kills after 30 s. */
const DRAIN_MS = 20_000;
const DRAIN_CHECK_MS = 50;
const FINISH_MS = 3_000;

/** Takes notifications and keeps the index as they hint, until `stop` aborts. Rejects when the port is taken. */
export async function startIndexer(options: IndexerOptions, stop: AbortSignal): Promise<RunningIndexer> {
  const { token, webhookSecret, pulls, listen, log, metricsRegistry, concurrency, source, index, credentials } =
    options;
  const { now = Date.now, maxNames } = options;
  const queue = createHintQueue(maxNames === undefined ? {} : { maxNames });
  const metrics = createEventMetrics(metricsRegistry, queue);
  const reporter = createEventReporter({
    store: index.events,
    identity: options.identity,
    timing: options.reportTiming,
    log,
  });
  const onGap = (reason: EventGapReason) => {
    metrics.gap(reason);
    reporter.gap(reason);
  };
  const { onNotification, onStorageEvent, onMessage } = createReceiver({
    ...{ source, pulls, queue, onGap },
    onEvent: metrics.received,
    onRegistry: reporter.heard,
  });
  const intake = buildIntake({
    ...{ token, webhookSecret },
    onNotification: (body) => onNotification(body) && reporter.received(),
    onStorageEvent: (body, from) => onStorageEvent(body, from) && reporter.received(),
    onGap,
    onRejected() {
      metrics.rejected();
      reporter.rejected();
    },
  });
  exposeSockets(metricsRegistry, { notifications: intake.guard });
  const url = await intake.listen(listen);
  log.info({ url }, 'Waiting for notifications');
  const hardStop = new AbortController();
  const current = createCurrent(options, onGap);
  const following = followHints(
    { queue, current, onWritten: options.onWritten, observer: metrics, concurrency, now, log },
    hardStop.signal,
  );
  const reporting = reporter.run(hardStop.signal);
  const consumer =
    options.queue &&
    startConsumer(
      {
        messages: openMessageQueue(options.queue, credentials),
        ...{ onMessage, hasRoom: queue.hasRoom, reporter, metricsRegistry, log },
        onDeadLetter: () => onGap('DeadLetters'),
      },
      stop,
    );
  const drain = async () => {
    if (!stop.aborted) await once(stop, 'abort');
    await Promise.all([intake.close(CLOSE_GRACE_MS), consumer?.received]);
    await untilEmpty(queue);
    if (queue.hasUnkept()) onGap('IndexerDied');
    await consumer?.finish(AbortSignal.timeout(FINISH_MS));
    hardStop.abort();
    queue.close();
    await Promise.all([following, reporting]);
  };
  return { url, ended: drain() };
}

/** Or until there is no more time. */
async function untilEmpty(queue: { depth(): number }): Promise<void> {
  const limit = AbortSignal.timeout(DRAIN_MS);
  while (queue.depth() > 0 && !limit.aborted) await sleep(DRAIN_CHECK_MS, limit);
}

const OWNERSHIP_INTERVAL_MS = 5_000;

/**
 * What records are written with: of the epoch that the ownership record names, while the tables are ours and of this
 * source.
 */
function createCurrent(
  options: IndexerOptions,
  onGap: (reason: EventGapReason) => void,
): (signal: AbortSignal) => Promise<PatchDeps | undefined> {
  const { index, source, credentials, concurrency, writeUnits, now = Date.now } = options;
  const storage = openStorage(source, credentials, createRequestLimit(concurrency).run);
  const layout = openLayout({ storage, source, now });
  const artefacts = createArtefactReader(layout);
  const mayRemoveIn = (epoch: number): RemovalBrake => {
    const countRepositories = createRepositoryCount(index, epoch, Date.now);
    const mayRemove = createRemovalBrake({ store: index.events, countRepositories, now });
    return async () => {
      const may = await mayRemove();
      if (!may) onGap('RemovalsWithheld');
      return may;
    };
  };
  let seen: { readonly atMs: number; readonly deps: PatchDeps | undefined } | undefined;

  const depsOf = ({ feedShards, epoch }: OwnershipRecord): PatchDeps => {
    if (seen?.deps?.epoch === epoch) return seen.deps;
    const records = index.records(feedShards, { concurrency, writeUnitsPerSecond: writeUnits });
    return { layout, artefacts, records, epoch, mayRemove: mayRemoveIn(epoch), now };
  };

  return async (signal) => {
    if (seen && performance.now() - seen.atMs < OWNERSHIP_INTERVAL_MS) return seen.deps;
    const state = await index.ownership.read(signal);
    const isOurs = state.kind === 'ours' && state.ownership.source === sourceIdentity(source);
    if (isOurs) options.onOwnership?.(state.ownership);
    seen = { atMs: performance.now(), deps: isOurs ? depsOf(state.ownership) : undefined };
    return seen.deps;
  };
}
