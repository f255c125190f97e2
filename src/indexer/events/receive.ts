import type { Source } from '../../api/settings.ts';
import type { EventGapReason } from '../../dynamodb/state/event-report.ts';
import { createKeyReader } from '../../storage/changed-key.ts';
import type { Hint } from './hint.ts';
import type { HintQueue } from './hint-queue.ts';
import { type EventKind, type Pulls, type ReadEvent, readNotification } from './notification.ts';
import { type ObjectEvent, readStorageEvents, type StorageSource } from './storage-event.ts';

export interface ReceiverDeps {
  readonly source: Source;
  readonly pulls: Pulls;
  readonly queue: HintQueue;
  readonly onEvent: (kind: EventKind) => void;
  readonly onGap: (reason: EventGapReason) => void;
  /** An event of this process of a registry. */
  readonly onRegistry: (instanceId: string) => void;
}

/** Turns what was sent into hints; says whether it could be read. */
export interface Receiver {
  onNotification(body: Buffer): boolean;
  onStorageEvent(body: Buffer, from: StorageSource): boolean;
}

export function createReceiver({ source, pulls, queue, onEvent, onGap, onRegistry }: ReceiverDeps): Receiver {
  const readKey = createKeyReader(source);
  const bucket = source.kind === 's3' ? source.bucket : undefined;

  const hintOf = (event: ObjectEvent): Hint | undefined => {
    const changed = event.bucket === bucket ? readKey(event.key) : undefined;
    if (!changed) return undefined;
    const { name, tag } = changed;
    return tag === undefined ? { kind: 'repository', name } : { kind: 'tag', name, tag, expects: { kind: 'nothing' } };
  };

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
    onStorageEvent(body, from) {
      const hints = readStorageEvents(body, from)?.map(hintOf);
      return take(hints?.map((hint) => (hint ? { kind: 'hint', hint } : { kind: 'ignored' })));
    },
  };
}
