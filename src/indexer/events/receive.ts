import type { Source } from '../../api/settings.ts';
import type { EventGapReason } from '../../dynamodb/state/event-report.ts';
import { createChangedKeyReader } from '../../storage/changed-key.ts';
import type { HintQueue } from './hint-queue.ts';
import { type EventKind, type Pulls, type ReadEvent, readNotification } from './notification.ts';
import { type ObjectEvent, readStorageEvents, type StoreKind } from './storage-event.ts';

export interface ReceiverDeps {
  readonly source: Source;
  readonly pulls: Pulls;
  readonly queue: HintQueue;
  readonly onEvent: (kind: EventKind) => void;
  readonly onGap: (reason: EventGapReason) => void;
  /** An event of this process of a registry. */
  readonly onRegistry: (instanceId: string) => void;
}

/** Turns what was sent into hints. What can be of no use is false: it says nothing that this program knows. */
export interface Receiver {
  onNotification(body: Buffer): boolean;
  onStorageEvent(body: Buffer, from: StoreKind): boolean;
  /** A message that its queue keeps until it is deleted. `onSettled` is called once the index has all that it says. */
  onMessage(body: Buffer, onSettled: () => void): MessageUse;
}

/** What became of a message: `foreign` is no event of a store, `refused` finds no room and is to be sent again. */
export type MessageUse = 'accepted' | 'foreign' | 'refused';

export function createReceiver({ source, pulls, queue, onEvent, onGap, onRegistry }: ReceiverDeps): Receiver {
  const readChangedKey = createChangedKeyReader(source);
  const bucket = source.kind === 's3' ? source.bucket : undefined;

  const eventOf = (event: ObjectEvent | undefined): ReadEvent => {
    if (!event) return { kind: 'unknown' };
    const changed = event.bucket === bucket ? readChangedKey(event.key) : undefined;
    if (!changed) return { kind: 'ignored' };
    const { name, tag } = changed;
    if (tag === undefined) return { kind: 'hint', hint: { kind: 'repository', name } };
    return { kind: 'hint', hint: { kind: 'tag', name, tag, expects: { kind: 'nothing' } } };
  };

  const eventsOf = (body: Buffer, from: StoreKind) => readStorageEvents(body, from)?.map(eventOf);

  const take = (events: readonly ReadEvent[] | undefined) => {
    if (!events) onGap('Malformed');
    for (const { kind, hint, instanceId } of events ?? []) {
      onEvent(kind);
      if (instanceId !== undefined) onRegistry(instanceId);
      if (kind === 'unknown') onGap('Malformed');
      if (hint && !queue.add(hint)) onGap('QueueFull');
    }
    return events !== undefined;
  };

  return {
    onNotification: (body) => take(readNotification(body, pulls)),
    onStorageEvent: (body, from) => take(eventsOf(body, from)),
    onMessage(body, onSettled) {
      const events = eventsOf(body, 'aws');
      if (!events) return 'foreign';
      const hints = events.flatMap(({ hint }) => hint ?? []);
      const settled = countDown(hints.length, onSettled);
      const isTaken = hints.map((hint) => queue.add(hint, settled)).every(Boolean);
      for (const { kind } of events) {
        onEvent(kind);
        if (kind === 'unknown') onGap('Malformed');
      }
      return isTaken ? 'accepted' : 'refused';
    },
  };
}

/** A function that calls `done` at its last of `count` calls; with none to come, `done` is called at once. */
function countDown(count: number, done: () => void): () => void {
  let left = count;
  if (left === 0) done();
  return () => {
    left -= 1;
    if (left === 0) done();
  };
}
