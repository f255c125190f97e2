import { createHash } from 'node:crypto';

/** Names of Services and label values have 63 characters at most. */
const MAX_NAME_LENGTH = 63;

export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
export const COMPONENT_LABEL = 'app.kubernetes.io/component';
/** Which RegistryIndex an object belongs to, shortened like the names of its children. */
export const INDEX_LABEL = 'registryindex.dev/index';
export const MANAGER = 'registry-index';

/** Keeps tables from being orphaned when `deletionPolicy: Delete` is asked for. */
export const FINALIZER = 'registryindex.dev/tables';
/** Set to "true" on a resource that is being deleted: let go of the tables as they are, for when the credentials are gone. */
export const ABANDON_ANNOTATION = 'registryindex.dev/abandon-tables';

export type Component = 'search' | 'backfill';

/** The name of a child: decided, never looked up. `suffix` tells several of one component apart. */
export function childName(index: string, component: Component, suffix = ''): string {
  return shorten([index, component, suffix].filter(Boolean).join('-'));
}

export function labelsOf(index: string, component: Component): Record<string, string> {
  return { [MANAGED_BY_LABEL]: MANAGER, [COMPONENT_LABEL]: component, [INDEX_LABEL]: shorten(index) };
}

/** The first `length` hexadecimal digits of a hash over `value`'s JSON: equal for equal values with keys in equal order. */
export function hashOf(value: unknown, length = 8): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, length);
}

/** Names that are too long, or not fit for a label (dots are allowed in names of resources), end in a hash of themselves. */
function shorten(name: string): string {
  const plain = name.replaceAll('.', '-');
  if (plain === name && name.length <= MAX_NAME_LENGTH) return name;
  return `${plain.slice(0, MAX_NAME_LENGTH - 9)}-${hashOf(name)}`;
}
