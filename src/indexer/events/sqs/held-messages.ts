import { unlessAborted } from '../../../async/deadline.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { MAX_MESSAGES, type MessageQueue, type ReceivedMessage } from './message-queue.ts';
import type { MessageObserver } from './metrics.ts';

/** How long a message stays invisible to others after it was received, and after each time that this is extended. */
export const VISIBLE_AFTER_S = 120;
/** How long a message that cannot be written is kept here. Then it comes again, or goes to the dead letters. */
const MAX_HELD_MS = 15 * 60_000;
const EXTEND_CHECK_MS = 30_000;
/** What is left of the time when it is extended: enough for a check that comes late, and for a request. */
const EXTEND_BEFORE_MS = 75_000;
/** Messages that are settled together are deleted by one request. */
const GATHER_MS = 100;

export interface HeldMessagesDeps {
  readonly messages: Pick<MessageQueue, 'remove' | 'show'>;
  readonly observer: MessageObserver;
  /** A message that is given up goes to the dead letters, and is not received again. */
  readonly onDeadLetter: () => void;
  /** See QueueState. */
  readonly maxReceives: () => number;
  /** Waits so many milliseconds, or until the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly log: Logger;
}

/** Messages that were received and are not deleted yet. What this process holds when it dies comes again by itself. */
export interface HeldMessages {
  hold(message: ReceivedMessage): void;
  /** The index has what it says, or it says nothing: it is deleted soon. */
  settle(message: ReceivedMessage): void;
  /** It is left to come again. */
  giveUp(message: ReceivedMessage): void;
  size(): number;
  /** When the oldest was sent; undefined where there is none. */
  oldestSentAtMs(): number | undefined;
  /** Keeps others from receiving what is held here, until `stop` aborts. */
  extend(stop: AbortSignal): Promise<void>;
  /** Deletes what is settled, and shows the rest to others at once. */
  finish(signal: AbortSignal): Promise<void>;
}

/** Times are those of a clock that nobody sets, but for when it was sent. */
interface Held {
  readonly sinceMs: number;
  readonly sentAtMs: number;
  readonly receives: number;
  visibleAtMs: number;
}

export function createHeldMessages(deps: HeldMessagesDeps): HeldMessages {
  const { messages, observer, sleep, log } = deps;
  const held = new Map<string, Held>();
  const settled: string[] = [];
  let removing: Promise<void> | undefined;
  const finishing = new AbortController();

  /** A message that cannot be deleted comes again, with the same content. */
  async function removeSettled(signal: AbortSignal): Promise<void> {
    for (let batch = settled.splice(0, MAX_MESSAGES); batch.length > 0; batch = settled.splice(0, MAX_MESSAGES)) {
      try {
        const failed = await messages.remove(batch, signal);
        observer.deleted(batch.length - failed);
        observer.failed('delete', failed);
      } catch (err) {
        observer.failed('delete', batch.length);
        log.warn(
          { err, messages: batch.length },
          'Failed to delete messages whose events are indexed; they come again',
        );
      }
      for (const receipt of batch) held.delete(receipt);
    }
  }

  async function removeSoon(): Promise<void> {
    await sleep(GATHER_MS, finishing.signal);
    do await removeSettled(new AbortController().signal);
    while (settled.length > 0);
    removing = undefined;
  }

  async function show(receipts: readonly string[], visibleInS: number, signal: AbortSignal): Promise<void> {
    for (let from = 0; from < receipts.length; from += MAX_MESSAGES) {
      const batch = receipts.slice(from, from + MAX_MESSAGES);
      const visibleAtMs = performance.now() + visibleInS * 1_000;
      await messages.show(batch, visibleInS, signal);
      for (const receipt of batch) Object.assign(held.get(receipt) ?? {}, { visibleAtMs });
    }
  }

  function giveUp(receipt: string): void {
    const { receives = 0 } = held.get(receipt) ?? {};
    if (!held.delete(receipt)) return;
    observer.givenUp(1);
    if (receives >= deps.maxReceives()) deps.onDeadLetter();
  }

  function giveUpOld(): void {
    const old = [...held].filter(([, { sinceMs }]) => performance.now() - sinceMs > MAX_HELD_MS);
    for (const [receipt] of old) giveUp(receipt);
    if (old.length > 0) log.warn({ messages: old.length }, 'Gave up messages whose events could not be indexed');
  }

  return {
    hold({ receipt, sentAtMs, receives }) {
      const nowMs = performance.now();
      held.set(receipt, { sinceMs: nowMs, sentAtMs, receives, visibleAtMs: nowMs + VISIBLE_AFTER_S * 1_000 });
    },
    settle({ receipt }) {
      if (!held.has(receipt)) return;
      settled.push(receipt);
      removing ??= removeSoon();
    },
    giveUp: ({ receipt }) => giveUp(receipt),
    size: () => held.size,
    oldestSentAtMs: () =>
      held
        .values()
        .reduce<number | undefined>((oldest, { sentAtMs }) => Math.min(oldest ?? sentAtMs, sentAtMs), undefined),
    async extend(stop) {
      while (!stop.aborted) {
        await sleep(EXTEND_CHECK_MS, stop);
        giveUpOld();
        const due = [...held].filter(([, { visibleAtMs }]) => visibleAtMs - performance.now() < EXTEND_BEFORE_MS);
        await show(
          due.map(([receipt]) => receipt),
          VISIBLE_AFTER_S,
          stop,
        ).catch((err) => {
          if (!stop.aborted) log.warn({ err }, 'Failed to keep messages from being received by others');
        });
      }
    },
    async finish(signal) {
      finishing.abort();
      await unlessAborted(signal, removing ?? Promise.resolve()).catch(() => undefined);
      await removeSettled(signal);
      await show([...held.keys()], 0, signal).catch((err) => {
        log.warn({ err, messages: held.size }, 'Failed to give messages back at once; they come again later');
      });
    },
  };
}
