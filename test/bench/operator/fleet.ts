import type { RegistryIndexSpec } from '../../../src/api/generated.ts';
import { API_VERSION, KIND } from '../../../src/api/registry-index.ts';
import { forEach } from '../../../src/async/for-each.ts';
import { retry } from '../../../src/async/retry.ts';
import { type KubeObject, NAMESPACE, SECRET } from '../../../src/kube/resource.ts';
import { REGISTRY_INDEX } from '../../../src/operator/resource.ts';
import { WAYS_TO_HANG } from '../../support/operator/dead-endpoints.ts';
import type { Stage } from './stage.ts';

export const NAMESPACES = 20;
const AT_ONCE = 16;
/** Of a hundred refused ones so many name a Secret that is not there; the others an endpoint that is not allowed. */
const MISSING_SECRETS = 0.05;
const MANAGER = { fieldManager: 'a-person', force: true };

export interface Fleet {
  readonly healthy: number;
  readonly refused: number;
  readonly hanging: number;
}

/** 70 % healthy, 20 % refused, 10 % whose DynamoDB does not answer. */
export function fleetOf(resources: number): Fleet {
  const [refused, hanging] = [Math.round(resources * 0.2), Math.round(resources * 0.1)];
  return { healthy: resources - refused - hanging, refused, hanging };
}

const soon = () => AbortSignal.timeout(300_000);

/** A namespace of each team, with the Secret that its resources use. */
export async function makeNamespaces({ api, dynamodb }: Stage): Promise<void> {
  const stringData = { AWS_ACCESS_KEY_ID: dynamodb.accessKeyId, AWS_SECRET_ACCESS_KEY: dynamodb.secretAccessKey };
  for (let at = 0; at < NAMESPACES; at += 1) {
    const namespace = `team-${at}`;
    const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { namespace: '', name: namespace } };
    await api.client.apply(NAMESPACE, space, MANAGER, soon());
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'aws' }, stringData };
    await api.client.apply(SECRET, secret, MANAGER, soon());
  }
}

const APPLYING = { baseMs: 100, capMs: 1_000, attempts: 3 };

export async function applyFleet(stage: Stage, fleet: Fleet): Promise<void> {
  const objects = [
    ...Array.from({ length: fleet.healthy }, (_, at) => healthyOne(stage, `healthy-${at}`, at)),
    ...Array.from({ length: fleet.refused }, (_, at) => refusedOne(stage, at, fleet.refused)),
    ...Array.from({ length: fleet.hanging }, (_, at) => hangingOne(stage, at)),
  ];
  await forEach(objects, { concurrency: AT_ONCE, work: (object) => applyOne(stage, object) }, soon());
}

/** As a person does: once more where the API server, which shares the machine with all the rest, did not answer. */
export async function applyOne({ api }: Stage, object: KubeObject): Promise<void> {
  await retry(() => api.client.apply(REGISTRY_INDEX, object, MANAGER, soon()), APPLYING, new AbortController().signal);
}

export function healthyOne({ dynamodb }: Stage, name: string, at: number): KubeObject {
  return resource(name, at, { dynamodb: { endpoint: dynamodb.endpoint } });
}

function refusedOne({ dynamodb }: Stage, at: number, of: number): KubeObject {
  if (at < of * MISSING_SECRETS)
    return resource(`refused-${at}`, at, {
      dynamodb: { endpoint: dynamodb.endpoint },
      credentials: { secretRef: { name: 'missing' } },
    });
  return resource(`refused-${at}`, at, { dynamodb: { endpoint: 'http://192.0.2.1:8000' } });
}

function hangingOne({ dead }: Stage, at: number): KubeObject {
  const way = WAYS_TO_HANG[at % WAYS_TO_HANG.length] ?? 'silent';
  return resource(`hanging-${at}`, at, { dynamodb: { endpoint: dead.urls[way] } });
}

function resource(name: string, at: number, own: Partial<RegistryIndexSpec>): KubeObject {
  const spec = {
    database: name,
    region: 'eu-west-1',
    bucket: 'my-registry',
    credentials: { secretRef: { name: 'aws' } },
    search: { replicas: 1 + (at % 2) },
    ...own,
  };
  return { apiVersion: API_VERSION, kind: KIND, metadata: { namespace: `team-${at % NAMESPACES}`, name }, spec };
}
