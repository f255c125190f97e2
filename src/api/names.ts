import { createHash } from 'node:crypto';

const MAX_LABEL_LENGTH = 63;
/** Services allow 63, but pods of an indexed Job add their index to its name, and a CronJob the time to its Jobs'. */
const MAX_NAME_LENGTH = 52;

export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
export const COMPONENT_LABEL = 'app.kubernetes.io/component';
/** Which RegistryIndex an object belongs to, shortened like the names of its children. */
export const INDEX_LABEL = 'registryindex.dev/index';
/** On pods: the uid of their RegistryIndex, for two may have one label: `a.b`, and one that is called as that is shortened. */
export const UID_LABEL = 'registryindex.dev/uid';
export const MANAGER = 'registry-index';

/** Keeps tables from being orphaned when `deletionPolicy: Delete` is asked for. */
export const FINALIZER = 'registryindex.dev/tables';
/** Set to "true" on a resource that is being deleted: let go of the tables as they are, for when the credentials are gone. */
export const ABANDON_ANNOTATION = 'registryindex.dev/abandon-tables';

/** Any value that it did not have before, such as the time, starts a resync at once. */
export const RESYNC_ANNOTATION = 'registryindex.dev/resync';
/** Set to what status names: lets a resync remove the many repositories that it has found gone. */
export const CONFIRM_ANNOTATION = 'registryindex.dev/confirm-deletion';

/** A hash of what was last applied to a child: tells that something is wanted no more, which comparing fields cannot. */
export const APPLIED_ANNOTATION = 'registryindex.dev/applied';

/** On pods: which version of their Secret they were started with, so that another one replaces them. */
export const SECRET_ANNOTATION = 'registryindex.dev/secret';

export type Component = 'search' | 'backfill' | 'resync';

/** The name of a child: decided, never looked up. `suffix` tells several of one component apart. */
export function childName(index: string, component: Component, suffix = ''): string {
  return shorten([index, component, suffix].filter(Boolean).join('-'), MAX_NAME_LENGTH);
}

export function labelsOf(index: string, component: Component): Record<string, string> {
  const label = shorten(index, MAX_LABEL_LENGTH);
  return { [MANAGED_BY_LABEL]: MANAGER, [COMPONENT_LABEL]: component, [INDEX_LABEL]: label };
}

const HASH_LENGTH = 8;

/** The first `length` hexadecimal digits of a hash over `value`'s JSON: equal for equal values with keys in equal order. */
export function hashOf(value: unknown, length = HASH_LENGTH): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, length);
}

/**
 * A name of a resource may be longer than that of a Service, may have dots, and may begin with a digit: one that is not
 * fit ends in a hash of itself, so that two that are cut to the same beginning stay two.
 */
function shorten(name: string, most: number): string {
  const plain = name.replaceAll('.', '-').replace(/^(?=\d)/, 'ri-');
  if (plain === name && name.length <= most) return name;
  return `${plain.slice(0, most - HASH_LENGTH - 1)}-${hashOf(name)}`;
}
