import { isRecord } from '../json/is-record.ts';

/** A kind of API object as the REST API addresses it. */
export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
}

/** `namespace` is empty for objects that live in none. */
export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface ObjectMeta extends ObjectKey {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  /** Which manager set which fields; their form is the server's. */
  readonly managedFields?: readonly unknown[];
  /** Times are RFC 3339 text, from every verb. */
  readonly deletionTimestamp?: string;
  readonly creationTimestamp?: string;
}

/** An API object as raw JSON: fields this program does not know pass through it unharmed. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export const NAMESPACE: ResourceType = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' };
export const POD: ResourceType = { group: '', version: 'v1', plural: 'pods', kind: 'Pod' };
export const CONFIG_MAP: ResourceType = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' };
export const SECRET: ResourceType = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };
export const SERVICE: ResourceType = { group: '', version: 'v1', plural: 'services', kind: 'Service' };
export const DEPLOYMENT: ResourceType = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' };
export const JOB: ResourceType = { group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job' };
export const CRON_JOB: ResourceType = { group: 'batch', version: 'v1', plural: 'cronjobs', kind: 'CronJob' };
export const DISRUPTION_BUDGET: ResourceType = {
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
};
export const INGRESS: ResourceType = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'ingresses',
  kind: 'Ingress',
};
export const HTTP_ROUTE: ResourceType = {
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  plural: 'httproutes',
  kind: 'HTTPRoute',
};
export const LEASE: ResourceType = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease' };
export const EVENT: ResourceType = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event' };

export function apiVersionOf({ group, version }: ResourceType): string {
  return group === '' ? version : `${group}/${version}`;
}

const MAX_NAME_LENGTH = 253;
const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const NAME = new RegExp(`^${LABEL}([.]${LABEL})*$`);

/** Whether a text is a subdomain of RFC 1123, as names of objects must be. */
export function isObjectName(text: string): boolean {
  return text.length <= MAX_NAME_LENGTH && NAME.test(text);
}

/**
 * The path of an object, of a namespace's collection (`{ namespace }`), or of the collection over all namespaces.
 * Throws if a name is none: `..` would reach another path even when it is encoded.
 */
export function pathOf(type: ResourceType, { namespace = '', name = '' }: Partial<ObjectKey> = {}): string {
  const root = type.group === '' ? '/api' : '/apis';
  const scope = namespace === '' ? [] : ['namespaces', segmentOf(namespace)];
  const object = name === '' ? [] : [segmentOf(name)];
  return [root, apiVersionOf(type), ...scope, type.plural, ...object].join('/');
}

function segmentOf(name: string): string {
  if (!isObjectName(name)) throw new Error(`${JSON.stringify(name.slice(0, MAX_NAME_LENGTH))} is no name of an object`);
  return name;
}

export function keyOf({ metadata }: KubeObject): ObjectKey {
  return { namespace: metadata.namespace, name: metadata.name };
}

/** `namespace/name`; no part can contain a slash. */
export function keyText({ namespace, name }: ObjectKey): string {
  return `${namespace}/${name}`;
}

/** The inverse of keyText. Throws on a text without a slash. */
export function parseKey(text: string): ObjectKey {
  const slash = text.indexOf('/');
  if (slash < 0) throw new Error(`${text} is not namespace/name`);
  return { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

/**
 * Checks that an answer is an object with a name, and fills in what the server leaves out: apiVersion and kind of items
 * of a list, and the namespace (empty) of objects outside namespaces.
 */
export function parseObject(value: unknown, type: ResourceType): KubeObject {
  const metadata = isRecord(value) ? value.metadata : undefined;
  if (!isRecord(value) || !isRecord(metadata) || typeof metadata.name !== 'string')
    throw new Error(`The API server answered with something that is no ${type.kind}`);
  return {
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    ...value,
    metadata: { namespace: '', ...metadata, name: metadata.name },
  };
}
