import { setTimeout as wait } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { createKubeClient, type KubeClient } from '../../../src/kube/client/client.ts';
import { type KubeObject, NAMESPACE, type ResourceType } from '../../../src/kube/resource.ts';
import { type ControlPlane, startControlPlane } from '../../env/control-plane.ts';

export const NAMESPACE_NAME = 'things';

const CRD: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
};

/** A type of which the API server knows nothing until `defineThings`. */
export const THING: ResourceType = { group: 'example.dev', version: 'v1', plural: 'things', kind: 'Thing' };

export interface Api extends Pick<ControlPlane, 'authority' | 'server' | 'stop'> {
  readonly client: KubeClient;
}

/** A real API server with an empty namespace, and a client that may do anything. */
export async function startApi(signal: AbortSignal): Promise<Api> {
  const { kubeconfigPath, authority, server, stop } = await startControlPlane();
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigPath);
  const client = createKubeClient({ config, userAgent: 'kube-test' });
  await client.create(NAMESPACE, objectOf(NAMESPACE, NAMESPACE_NAME, {}, ''), signal);
  return { client, authority, server, stop };
}

export function objectOf(
  { group, version, kind }: ResourceType,
  name: string,
  fields: object = {},
  namespace = NAMESPACE_NAME,
): KubeObject {
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind, metadata: { namespace, name }, ...fields };
}

/** Makes THING, with any fields and a status of its own, and waits until it is served. */
export async function defineThings(client: KubeClient, signal: AbortSignal): Promise<void> {
  const { group, version, plural, kind } = THING;
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const versions = [
    { name: version, served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema } },
  ];
  const spec = { group, scope: 'Namespaced', names: { plural, kind }, versions };
  await client.create(CRD, objectOf(CRD, `${plural}.${group}`, { spec }, ''), signal);
  while (!(await isServed(client, signal))) await wait(20, undefined, { signal });
}

function isServed(client: KubeClient, signal: AbortSignal): Promise<boolean> {
  return client.list(THING, undefined, {}, signal).then(
    () => true,
    () => false,
  );
}
