import { createHash } from 'node:crypto';
import { redacted } from '../../telemetry/untrusted-text.ts';
import { microTime } from '../lease/lease-record.ts';
import { apiVersionOf, EVENT, type KubeObject } from '../resource.ts';

/** The object that an event is about; any KubeObject is one. */
export interface Regarding {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid?: string | undefined;
  };
}

export interface EventText {
  readonly type: 'Normal' | 'Warning';
  /** Why, as a stable word in CamelCase. */
  readonly reason: string;
  /** What was done or tried, as a word in CamelCase. */
  readonly action: string;
  /** For people; cut to the API's limit of 1 kB. */
  readonly note: string;
}

export interface EventSource {
  /** Such as `registryindex.dev/operator`. */
  readonly component: string;
  /** Such as the pod's name. */
  readonly instance: string;
}

const NOTE_BYTES = 1024;
/** Names of objects have 253 characters at most; the rest is for the hash. */
const NAME_LENGTH = 230;

/**
 * The name of an event, from its content: the same in every process and after every restart, so that the API server
 * refuses an event that it already has.
 */
export function eventName({ kind, metadata }: Regarding, { type, reason, action, note }: EventText): string {
  const content = JSON.stringify([kind, metadata.uid ?? metadata.namespace, metadata.name, type, reason, action, note]);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return `${metadata.name.slice(0, NAME_LENGTH).replace(/[^a-z0-9]+$/, '')}.${hash}`;
}

/** Who records an event, and when. */
export interface EventOrigin extends EventSource {
  readonly atMs: number;
}

/** An Event of events.k8s.io/v1, in its object's namespace, or in `default` if the object has none. */
export function newEvent(
  regarding: Regarding,
  text: EventText,
  { component, instance, atMs }: EventOrigin,
): KubeObject {
  const { apiVersion, kind, metadata } = regarding;
  const { namespace, name, uid } = metadata;
  return {
    apiVersion: apiVersionOf(EVENT),
    kind: EVENT.kind,
    metadata: { namespace: namespace === '' ? 'default' : namespace, name: eventName(regarding, text) },
    eventTime: microTime(atMs),
    reportingController: component,
    reportingInstance: instance,
    regarding: { apiVersion, kind, namespace, name, uid },
    ...text,
    note: cutToBytes(redacted(text.note, NOTE_BYTES), NOTE_BYTES),
  };
}

/** Merge patch for an event that happened `count` times so far. */
export function seriesPatch(count: number, lastMs: number) {
  return { series: { count, lastObservedTime: microTime(lastMs) } };
}

/** At most `limit` bytes of UTF-8, without half a character at the end. */
function cutToBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  const mark = '…';
  const kept = bytes.subarray(0, limit - Buffer.byteLength(mark));
  return new TextDecoder().decode(kept, { stream: true }) + mark;
}
