import { isRecord } from '../../json/is-record.ts';
import { type JsonObject, objectOf, parseObject, stringOf } from '../../oci/json-fields.ts';

/** Stores that send what has happened to objects over HTTP. */
export const WEBHOOK_STORES = ['minio', 'ceph', 'versitygw'] as const;
export type WebhookStore = (typeof WEBHOOK_STORES)[number];

/** Which kind of store an event comes from; each writes keys in a way of its own. AWS sends events through SQS. */
export type StoreKind = WebhookStore | 'aws';

export function isWebhookStore(text: string): text is WebhookStore {
  return WEBHOOK_STORES.some((store) => store === text);
}

/** An object that was written, removed or has expired. */
export interface ObjectEvent {
  readonly bucket: string;
  readonly key: string;
}

/** Of one body; undefined for what cannot be read of it. */
type ReadEvents = readonly (ObjectEvent | undefined)[];

/**
 * Reads what a store sends: `{"Records": […]}`, as AWS writes it, within SNS's envelope or not, or as EventBridge does.
 * Undefined where the body is no such thing; a test event has no records.
 */
export function readStorageEvents(body: Buffer, store: StoreKind): ReadEvents | undefined {
  const parsed = parseObject(body, 'storage event');
  return parsed.kind === 'parsed' ? readEnvelope(parsed.value, store) : undefined;
}

function readEnvelope(envelope: JsonObject, store: StoreKind): ReadEvents | undefined {
  const { Records, Message, Event, detail } = envelope;
  if (Array.isArray(Records)) return Records.map((record) => readRecord(objectOf(record), store));
  if (Event === 's3:TestEvent') return [];
  if (store !== 'aws') return undefined;
  if (typeof Message === 'string') return readMessage(Message);
  return isRecord(detail) && isObjectDetail(envelope, detail) ? readDetail(detail) : undefined;
}

/** Calls that CloudTrail tells of come from `aws.s3` too, and name their object elsewhere. */
function isObjectDetail({ source }: JsonObject, { bucket, object }: JsonObject): boolean {
  return source === 'aws.s3' && isRecord(bucket) && isRecord(object);
}

/** SNS carries the same text once more as a string. It is not unpacked twice. */
function readMessage(message: string): ReadEvents | undefined {
  const inner = parseObject(Buffer.from(message), 'message');
  return inner.kind === 'parsed' && inner.value.Message === undefined ? readEnvelope(inner.value, 'aws') : undefined;
}

function readRecord({ s3 }: JsonObject, store: StoreKind): ObjectEvent | undefined {
  const { bucket, object } = objectOf(s3);
  const name = stringOf(objectOf(bucket).name);
  const written = stringOf(objectOf(object).key);
  const key = written === undefined ? undefined : KEYS[store](written);
  return name === undefined || key === undefined ? undefined : { bucket: name, key };
}

/** EventBridge writes keys as they are. */
function readDetail({ bucket, object }: JsonObject): ReadEvents {
  const name = stringOf(objectOf(bucket).name);
  const key = stringOf(objectOf(object).key);
  return [name === undefined || key === undefined ? undefined : { bucket: name, key }];
}

/** AWS and MinIO encode keys as forms do, MinIO slashes as well; the others write them as they are. */
const KEYS: Readonly<Record<StoreKind, (written: string) => string | undefined>> = {
  aws: decodeForm,
  minio: decodeForm,
  ceph: (written) => written,
  versitygw: (written) => written,
};

function decodeForm(written: string): string | undefined {
  try {
    return decodeURIComponent(written.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
