import { isRecord } from '../../json/is-record.ts';
import { type KubeObject, parseObject, type ResourceType } from '../resource.ts';
import { parseStatus } from '../status-error.ts';

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  /** All changes up to `resourceVersion` were sent. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

/** Twice the largest request that the API server accepts. */
const MAX_LINE_LENGTH = 6 * 1024 * 1024;

/** The lines of a stream as they arrive; the last may lack its newline. Throws for a line that is too long. */
export async function* readLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const [more = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    parts.push(more);
    length += more.length;
    if (length > MAX_LINE_LENGTH) throw new Error('The API server sent a line of a watch that is too long');
    const last = others.pop();
    if (last === undefined) continue;
    yield parts.join('');
    yield* others;
    parts = [last];
    length = last.length;
  }
  if (length > 0) yield parts.join('');
}

/**
 * Parses one line of a watch. Throws a StatusError for an ERROR event, and an Error for anything that is no watch event.
 */
export function parseWatchEvent(line: string, type: ResourceType): WatchEvent {
  const event: unknown = JSON.parse(line);
  if (!isRecord(event)) throw new Error(`A watch of ${type.plural} brought something that is no event`);
  switch (event.type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type: event.type, object: parseObject(event.object, type) };
    case 'BOOKMARK':
      return { type: event.type, resourceVersion: versionOf(event.object, type) };
    case 'ERROR':
      throw parseStatus(event.object, { status: 500, request: `watch of ${type.plural}` });
    default:
      throw new Error(`A watch of ${type.plural} brought an event of unknown type ${String(event.type)}`);
  }
}

/** The resourceVersion of an object or list. Throws if there is none. */
export function versionOf(value: unknown, type: ResourceType): string {
  const metadata = isRecord(value) ? value.metadata : undefined;
  if (!isRecord(metadata) || typeof metadata.resourceVersion !== 'string')
    throw new Error(`The API server sent ${type.plural} without a resourceVersion`);
  return metadata.resourceVersion;
}
