import { Counter, Gauge, type Registry } from 'prom-client';

/** What is asked of an SQS queue and may fail. */
export type QueueOperation = 'receive' | 'delete';

export interface MessageObserver {
  received(messages: number): void;
  /** They are no events of a store. */
  foreign(messages: number): void;
  deleted(messages: number): void;
  /** They are left to come again, or to go to the dead letters. */
  givenUp(messages: number): void;
  failed(operation: QueueOperation, count: number): void;
  /** About as many wait in the queue. */
  waiting(messages: number): void;
}

/** `oldestSentAtMs`: when the oldest message that is held was sent. */
export function createMessageMetrics(registry: Registry, oldestSentAtMs: () => number | undefined): MessageObserver {
  const registers = [registry];
  const messages = new Counter({
    name: 'registry_index_sqs_messages_total',
    help: 'Messages of the SQS queue: received, deleted, foreign (no events of a store, deleted too) and given up, which come again',
    labelNames: ['result'],
    registers,
  });
  const failures = new Counter({
    name: 'registry_index_sqs_failures_total',
    help: 'Requests to receive messages that failed, and messages that could not be deleted and come again',
    labelNames: ['operation'],
    registers,
  });
  const waiting = new Gauge({
    name: 'registry_index_sqs_messages_waiting',
    help: 'About as many messages wait in the SQS queue',
    registers,
  });
  new Gauge({
    name: 'registry_index_sqs_oldest_message_seconds',
    help: 'Time since the oldest message was sent that was received and is not deleted yet; 0 without any',
    registers,
    collect() {
      const sentAtMs = oldestSentAtMs();
      this.set(sentAtMs === undefined ? 0 : Math.max(0, Date.now() - sentAtMs) / 1_000);
    },
  });
  return {
    received: (count) => messages.inc({ result: 'received' }, count),
    foreign: (count) => messages.inc({ result: 'foreign' }, count),
    deleted: (count) => messages.inc({ result: 'deleted' }, count),
    givenUp: (count) => messages.inc({ result: 'given_up' }, count),
    failed: (operation, count) => failures.inc({ operation }, count),
    waiting: (count) => waiting.set(count),
  };
}
