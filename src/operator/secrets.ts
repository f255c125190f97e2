import type { RegistryIndex } from '../api/registry-index.ts';
import { isRecord } from '../json/is-record.ts';
import { CONFIG_MAP, SECRET } from '../kube/resource.ts';
import type { OperatorDeps } from './context.ts';
import type { SecretEntries } from './kube-objects/pod-secrets.ts';

export interface WantedSecret {
  readonly name: string;
  readonly keys: readonly string[];
  /** A ConfigMap may hold what is no secret. */
  readonly kind?: 'Secret' | 'ConfigMap' | undefined;
}

/**
 * While no Secret can be the cause of trouble, those of one resource are read again after this time for each resource
 * that there is: all of them together cost a request in four seconds, however many they are.
 */
const EACH_MS = 4_000;

/**
 * Reads entries of a Secret in the namespace of the resource; undefined if there is no such Secret. One that was
 * deleted before its resource, as when their namespace is deleted, is used for as long as this process remembers it.
 */
export async function readSecret(
  { client, state, now }: Pick<OperatorDeps, 'client' | 'state' | 'now'>,
  index: RegistryIndex,
  { name, keys, kind = 'Secret' }: WantedSecret,
  signal: AbortSignal,
): Promise<SecretEntries | undefined> {
  const { namespace, uid, deletionTimestamp } = index.metadata;
  const { secrets } = state.of(uid);
  const id = JSON.stringify([kind, name, keys]);
  const known = secrets.get(id);
  const nowMs = now().getTime();
  if (known && isBeyondSecrets(index) && nowMs - known.readAtMs < state.size() * EACH_MS) return known.secret;
  const object = await client.get(kind === 'Secret' ? SECRET : CONFIG_MAP, { namespace, name }, signal);
  // A namespace that is deleted may take the Secret a moment before the resource.
  if (!object) return deletionTimestamp === undefined ? undefined : known?.secret;
  const secret = { name, entries: entriesOf(object.data, keys, kind === 'Secret' ? fromBase64 : asItIs) };
  secrets.set(id, { secret, readAtMs: nowMs });
  return secret;
}

/** Reasons in Ready that other Secrets would not change: a service does not answer, or all is under way. */
const NOT_ABOUT_SECRETS: ReadonlySet<string> = new Set([
  'EndpointUnreachable',
  'TimedOut',
  'CreatingTables',
  'Backfilling',
  'LoadingSearch',
  'RollingOut',
]);

/** Whether no Secret can be the cause of trouble: if one were, the resource would be unready for another reason. */
function isBeyondSecrets({ metadata, status }: RegistryIndex): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (metadata.deletionTimestamp !== undefined || ready?.observedGeneration !== metadata.generation) return false;
  return ready.status === 'True' || NOT_ABOUT_SECRETS.has(ready.reason);
}

function entriesOf(data: unknown, keys: readonly string[], read: (text: string) => string): Record<string, string> {
  if (!isRecord(data)) return {};
  const entries = keys.flatMap((key) => {
    const value = Object.hasOwn(data, key) ? data[key] : undefined;
    return typeof value === 'string' ? [[key, read(value).trim()] as const] : [];
  });
  return Object.fromEntries(entries);
}

const fromBase64 = (text: string) => Buffer.from(text, 'base64').toString('utf8');
const asItIs = (text: string) => text;
