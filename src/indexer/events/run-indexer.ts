import { once } from 'node:events';
import type { Registry } from 'prom-client';
import type { QueuePlace } from '../../api/queue-place.ts';
import { sleep } from '../../async/sleep.ts';
import type { EventGapReason } from '../../dynamodb/state/event-report.ts';
import type { ListenAddress } from '../../http/guarded-app.ts';
import { exposeSockets } from '../../http/socket-metrics.ts';
import type { Logger } from '../../telemetry/log.ts';
import { createEventReporter, type ReportTiming } from '../gaps/event-reporter.ts';
import { type CurrentDepsOptions, createCurrentDeps } from './current-deps.ts';
import { followHints } from './follow-hints.ts';
import { createHintQueue } from './hint-queue.ts';
import { buildIntake } from './intake.ts';
import { createEventMetrics } from './metrics.ts';
import type { Pulls } from './notification.ts';
import { createReceiver } from './receive.ts';
import { startConsumer } from './sqs/consume.ts';
import { openMessageQueue } from './sqs/message-queue.ts';

export interface IndexerOptions extends Omit<CurrentDepsOptions, 'onGap' | 'now'> {
  /** Stays after a restart, as the name of a pod does; another indexer's of the same tables is different. */
  readonly identity: string;
  readonly reportTiming?: ReportTiming;
  /** See IntakeDeps. */
  readonly token: string | undefined;
  readonly webhookSecret: string | undefined;
  /** Where the events of a bucket wait; read with `credentials`. */
  readonly queue?: QueuePlace | undefined;
  readonly pulls: Pulls;
  readonly listen: ListenAddress;
  /** Called for each repository whose record was written. */
  readonly onWritten: (name: string) => void;
  /** See HintQueueOptions. */
  readonly maxNames?: number;
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
  const { listen, log, metricsRegistry, concurrency, credentials, onWritten, now = Date.now } = options;
  const { queue, metrics, reporter, onGap, intake, onMessage } = createEventIntake(options);
  const url = await intake.listen(listen);
  log.info({ url }, 'Waiting for notifications');
  const hardStop = new AbortController();
  const current = createCurrentDeps({ ...options, onGap, now });
  const following = followHints(
    { queue, current, onWritten, observer: metrics, concurrency, now, log },
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

/** From what is sent to hints in a queue, with what is counted and reported of it. */
function createEventIntake(options: IndexerOptions) {
  const { token, webhookSecret, source, pulls, index, identity, reportTiming, maxNames, metricsRegistry, log } =
    options;
  const queue = createHintQueue(maxNames === undefined ? {} : { maxNames });
  const metrics = createEventMetrics(metricsRegistry, queue);
  const reporter = createEventReporter({ store: index.events, identity, timing: reportTiming, now: index.now, log });
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
    onNotification: (body) => onNotification(body) && reporter.received('token'),
    onStorageEvent: (body, from) => onStorageEvent(body, from) && reporter.received('secret'),
    onGap,
    onRejected(credential) {
      metrics.rejected();
      reporter.rejected(credential);
    },
  });
  exposeSockets(metricsRegistry, { notifications: intake.guard });
  return { queue, metrics, reporter, onGap, intake, onMessage };
}

/** Or until there is no more time. */
async function untilEmpty(queue: { depth(): number }): Promise<void> {
  const limit = AbortSignal.timeout(DRAIN_MS);
  while (queue.depth() > 0 && !limit.aborted) await sleep(DRAIN_CHECK_MS, limit);
}
