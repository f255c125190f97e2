import type { RegistryIndexSpec, RegistryIndexStatus } from '../../../src/api/generated.ts';
import { type Component, labelsOf } from '../../../src/api/names.ts';
import { API_VERSION, KIND } from '../../../src/api/registry-index.ts';
import { tableNames } from '../../../src/api/settings.ts';
import { isRecord } from '../../../src/json/is-record.ts';
import type { KubeObject, ObjectKey, ResourceType } from '../../../src/kube/resource.ts';
import { parseRegistryIndex, REGISTRY_INDEX } from '../../../src/operator/resource.ts';
import type { Cluster } from './cluster.ts';

const TIMEOUT_MS = 120_000;
const soon = () => AbortSignal.timeout(TIMEOUT_MS);

/** One RegistryIndex in a cluster, and what belongs to it. Its tables are named after it. */
export interface Resource extends ObjectKey {
  readonly spec: RegistryIndexSpec;
  readonly versionTable: string;
  readonly repositoryTable: string;
  apply(): Promise<void>;
  /** Changes fields of the spec, by a merge patch; null takes a field away. */
  change(spec: object): Promise<void>;
  annotate(annotations: object): Promise<void>;
  /** Asks for its deletion; `wait` resolves when it is gone. */
  remove(): Promise<void>;
  find(): Promise<KubeObject | undefined>;
  status(): Promise<RegistryIndexStatus>;
  /** `True/Reason: message` of a condition, or undefined. */
  condition(type: string): Promise<string | undefined>;
  /** Objects that the operator made for it. */
  children(type: ResourceType, component?: Component): Promise<KubeObject[]>;
}

/** A resource that is not applied yet; `name` also names its tables, so it must be a test's own. */
export function resourceIn(
  { client, dynamodb }: Cluster,
  name: string,
  { namespace = 'default', ...given }: Partial<RegistryIndexSpec> & { namespace?: string } = {},
): Resource {
  const spec: RegistryIndexSpec = {
    database: name,
    region: 'eu-west-1',
    bucket: 'my-registry',
    dynamodb: { endpoint: dynamodb.endpoint },
    ...given,
  };
  const key = { namespace, name };
  const patch = async (body: object) => void (await client.patch(REGISTRY_INDEX, key, body, soon()));
  const find = () => client.get(REGISTRY_INDEX, key, soon());
  const status = async () => parseRegistryIndex(await find())?.status ?? {};
  return {
    ...key,
    spec,
    ...tableNames(spec),
    async apply() {
      const object = { apiVersion: API_VERSION, kind: KIND, metadata: key, spec };
      await client.apply(REGISTRY_INDEX, object, { fieldManager: 'a-person', force: true }, soon());
    },
    change: (fields) => patch({ spec: fields }),
    annotate: (annotations) => patch({ metadata: { annotations } }),
    remove: () => client.remove(REGISTRY_INDEX, key, {}, soon()),
    find,
    status,
    async condition(type) {
      const condition = (await status()).conditions?.find((it) => it.type === type);
      return condition && `${condition.status}/${condition.reason}: ${condition.message}`;
    },
    async children(type, component = type.kind === 'Job' ? 'backfill' : 'search') {
      const labels = Object.entries(labelsOf(name, component));
      const labelSelector = labels.map(([label, value]) => `${label}=${value}`).join(',');
      const { items } = await client.list(type, namespace, { labelSelector }, soon());
      return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    },
  };
}

/** A field deep within an object, such as `spec.replicas`; undefined where there is none. */
export function fieldOf(object: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return value[Number(part)];
    return isRecord(value) ? value[part] : undefined;
  }, object);
}
