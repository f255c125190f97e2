import type { Registry } from 'prom-client';
import { backoffMs, inSeconds } from '../../../async/retry.ts';
import { sleep } from '../../../async/sleep.ts';
import type { Logger } from '../../../telemetry/log.ts';
import type { EventReporter } from '../../gaps/event-reporter.ts';
import type { MessageUse, Receiver } from '../receive.ts';
import { createHeldMessages, type HeldMessages, VISIBLE_AFTER_S } from './held-messages.ts';
import { MAX_MESSAGES, type MessageQueue, type QueueState, type ReceivedMessage } from './message-queue.ts';
import { createMessageMetrics, type MessageObserver } from './metrics.ts';

export interface ConsumerDeps {
  readonly messages: MessageQueue;
  readonly onMessage: Receiver['onMessage'];
  /** Whether what a message says could be remembered. */
  readonly hasRoom: () => boolean;
  /** See HeldMessagesDeps. */
  readonly onDeadLetter: () => void;
  readonly reporter: Pick<EventReporter, 'received' | 'queueReached' | 'queueFailed'>;
  readonly metricsRegistry: Registry;
  readonly log: Logger;
}

/** Receives the messages of an SQS queue, and deletes each once the index has what it says. */
export interface Consumer {
  /** Resolves once `stop` has aborted and no more is received. */
  readonly received: Promise<void>;
  /** Deletes what the index has by now, and gives the rest back to the queue. */
  finish(signal: AbortSignal): Promise<void>;
}

/** Received and not deleted, at most: SQS stops giving more at 120,000. */
const MAX_HELD = 1_000;
const ROOM_CHECK_MS = 200;
/** A queue that does not wait for messages is not asked more often. */
const LEAST_POLL_MS = 1_000;
const STATE_CHECK_MS = 60_000;
/** Half of each wait at least, so that several indexers do not come back together. */
const BACKOFF = { baseMs: 1_000, capMs: 60_000, random: () => 0.5 + Math.random() / 2 };

/** Receives until `stop` aborts. */
export function startConsumer(deps: ConsumerDeps, stop: AbortSignal): Consumer {
  const { messages, onDeadLetter, metricsRegistry, log } = deps;
  // Until the queue has said so, any time may be the last.
  let maxReceives = 1;
  const observer = createMessageMetrics(metricsRegistry, () => held.oldestSentAtMs());
  const held = createHeldMessages({
    ...{ messages, observer, onDeadLetter, sleep, log },
    maxReceives: () => maxReceives,
  });
  const ended = new AbortController();
  const consuming: Consuming = { ...deps, held, observer };
  const extending = held.extend(ended.signal);
  const onState = (state: QueueState) => {
    maxReceives = state.maxReceives;
    observer.waiting(state.waiting);
  };
  const watching = watchState(consuming, onState, ended.signal);
  return {
    received: receiveAll(consuming, stop),
    async finish(signal) {
      ended.abort();
      await Promise.all([extending, watching, held.finish(signal)]);
      messages.close();
    },
  };
}

interface Consuming extends ConsumerDeps {
  readonly held: HeldMessages;
  readonly observer: MessageObserver;
}

async function receiveAll(consuming: Consuming, stop: AbortSignal): Promise<void> {
  const { held, hasRoom, reporter, log } = consuming;
  let failures: number | undefined;
  while (!stop.aborted) {
    if (!hasRoom() || held.size() + MAX_MESSAGES > MAX_HELD) {
      await sleep(ROOM_CHECK_MS, stop);
      continue;
    }
    try {
      await receiveOnce(consuming, stop);
      if (failures !== 0) reporter.queueReached();
      if (failures) log.info('The SQS queue answers again');
      failures = 0;
    } catch (error) {
      if (stop.aborted) return;
      await afterFailure(consuming, { error, failures: failures ?? 0 }, stop);
      failures = (failures ?? 0) + 1;
    }
  }
}

async function receiveOnce(consuming: Consuming, stop: AbortSignal): Promise<void> {
  const { messages, observer, log } = consuming;
  const askedAtMs = performance.now();
  const received = await messages.receive(VISIBLE_AFTER_S, stop);
  observer.received(received.length);
  const foreign = received.filter((message) => take(consuming, message) === 'foreign');
  observer.foreign(foreign.length);
  if (foreign.length > 0) log.warn({ messages: foreign.length }, 'Deleting messages that are no events of a bucket');
  const tookMs = performance.now() - askedAtMs;
  if (received.length === 0) await sleep(Math.max(0, LEAST_POLL_MS - tookMs), stop);
}

/** What no store has sent is deleted, or it would come again for days. */
function take({ held, onMessage, reporter }: Consuming, message: ReceivedMessage): MessageUse {
  held.hold(message);
  const use = onMessage(Buffer.from(message.body), () => held.settle(message));
  if (use === 'foreign') held.settle(message);
  else reporter.received();
  if (use === 'refused') held.giveUp(message);
  return use;
}

interface Failed {
  readonly error: unknown;
  /** In a row, before this one. */
  readonly failures: number;
}

async function afterFailure(
  { observer, reporter, log }: Consuming,
  { error, failures }: Failed,
  stop: AbortSignal,
): Promise<void> {
  const waitMs = backoffMs(failures, BACKOFF);
  observer.failed('receive', 1);
  reporter.queueFailed(error instanceof Error ? error.message : String(error));
  log.warn({ err: error }, `Failed to receive from the SQS queue; trying again in ${inSeconds(waitMs)}`);
  await sleep(waitMs, stop);
}

/** A role that may not ask this receives as well; only how much waits, and the loss of a message, stay unknown. */
async function watchState(
  { messages, log }: Consuming,
  onState: (state: QueueState) => void,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    await messages.state(stop).then(onState, (err) => log.debug({ err }, 'Failed to ask how many messages wait'));
    await sleep(STATE_CHECK_MS, stop);
  }
}
