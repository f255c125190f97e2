import { pathOf, type ResourceType } from '../resource.ts';
import type { ApiRequest, Transport } from './transport.ts';
import { parseWatchEvent, readLines, type WatchEvent } from './watch-stream.ts';

export interface WatchOptions {
  readonly resourceVersion: string;
  /** After this the server ends the watch. */
  readonly timeoutSeconds: number;
  readonly labelSelector?: string | undefined;
  /** After this long without a line the watch ends, because the connection may be dead. Default 90 s. */
  readonly idleMs?: number | undefined;
}

export interface Watched {
  readonly send: Transport;
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  readonly options: WatchOptions;
}

/** Longer than the minute or so between two bookmarks of the server. */
const DEFAULT_IDLE_MS = 90_000;

/**
 * One watch, until the server ends it or it falls silent. Neither is an error: the caller resumes from the last
 * version.
 */
export async function* watchObjects({ send, type, namespace, options }: Watched, signal: AbortSignal) {
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(), options.idleMs ?? DEFAULT_IDLE_MS);
  try {
    const body = await send(watchRequest(type, namespace, options), AbortSignal.any([signal, idle.signal]));
    yield* eventsOf(body, type, timer);
  } catch (error) {
    if (!idle.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function* eventsOf(
  body: Parameters<typeof readLines>[0],
  type: ResourceType,
  timer: NodeJS.Timeout,
): AsyncGenerator<WatchEvent> {
  for await (const line of readLines(body)) {
    timer.refresh();
    if (line !== '') yield parseWatchEvent(line, type);
  }
}

function watchRequest(type: ResourceType, namespace = '', options: WatchOptions): ApiRequest {
  const { resourceVersion, timeoutSeconds, labelSelector } = options;
  return {
    method: 'GET',
    path: pathOf(type, { namespace }),
    query: {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion,
      timeoutSeconds: String(timeoutSeconds),
      labelSelector,
    },
  };
}
