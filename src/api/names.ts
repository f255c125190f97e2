import { createHash } from 'node:crypto';

const MAX_LABEL_LENGTH = 63;
/** Services allow 63, but pods of an indexed Job and Jobs of a CronJob append to the name. */
const MAX_NAME_LENGTH = 52;

export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
export const COMPONENT_LABEL = 'app.kubernetes.io/component';
/** Which RegistryIndex an object belongs to, shortened like the names of its children. */
export const INDEX_LABEL = 'registryindex.dev/index';
/**
 * On pods: the uid of their RegistryIndex. Two shortened names can be equal: of `a.b` and of a resource with that short
 * name.
 */
export const UID_LABEL = 'registryindex.dev/uid';
export const MANAGER = 'registry-index';

/** Keeps tables from being orphaned when `deletionPolicy: Delete` is asked for. */
export const FINALIZER = 'registryindex.dev/tables';
/**
 * Set to "true" on a resource that is being deleted: its tables are left as they are, such as when the credentials are
 * gone.
 */
export const ABANDON_ANNOTATION = 'registryindex.dev/abandon-tables';

/** A new value, such as the time, starts a resync at once. */
export const RESYNC_ANNOTATION = 'registryindex.dev/resync';
/** Set to `status.resync.confirmation`: lets a resync remove the many repositories that it found gone. */
export const CONFIRM_ANNOTATION = 'registryindex.dev/confirm-deletion';

/**
 * A hash of what was last applied to a child. It shows that a field is no longer wanted, which comparing fields cannot.
 */
export const APPLIED_ANNOTATION = 'registryindex.dev/applied';

/** On pods: the version of the entries of Secrets that they use, so that a change of these replaces the pods. */
export const SECRET_ANNOTATION = 'registryindex.dev/secret';

/** On pods: a hash of the certificates that they trust besides those of public authorities. */
export const CA_ANNOTATION = 'registryindex.dev/ca-bundle';

export type Component = 'search' | 'indexer' | 'backfill' | 'resync';

/** The name of a child, always computed. `suffix` distinguishes several of one component. */
export function childName(index: string, component: Component, suffix = ''): string {
  return shorten([index, component, suffix].filter(Boolean).join('-'), MAX_NAME_LENGTH);
}

export function labelsOf(index: string, component: Component): Record<string, string> {
  const label = shorten(index, MAX_LABEL_LENGTH);
  return { [MANAGED_BY_LABEL]: MANAGER, [COMPONENT_LABEL]: component, [INDEX_LABEL]: label };
}

export const INDEXER_PORT = 8080;

/** Where registries and stores reach the indexer within the cluster: the beginning of its addresses. */
export function indexerUrl(index: string, namespace: string): string {
  return `http://${childName(index, 'indexer')}.${namespace}.svc:${INDEXER_PORT}`;
}

/**
 * A name within the cluster that stands for all search pods of an index: of a Service without an address of its own.
 */
export function searchPodsHost(index: string, namespace: string): string {
  return `${childName(index, 'search', 'pods')}.${namespace}.svc`;
}

const HASH_LENGTH = 8;

/**
 * The first `length` hexadecimal digits of a hash over `value`'s JSON: equal for equal values with keys in equal order.
 */
export function hashOf(value: unknown, length = HASH_LENGTH): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, length);
}

/**
 * Names of resources may be longer than those of Services, have dots and begin with a digit. A name that has to be
 * changed ends in a hash of the original, so that two names that are cut to the same beginning stay different.
 */
function shorten(name: string, most: number): string {
  const plain = name.replaceAll('.', '-').replace(/^(?=\d)/, 'ri-');
  if (plain === name && name.length <= most) return name;
  return `${plain.slice(0, most - HASH_LENGTH - 1)}-${hashOf(name)}`;
}
