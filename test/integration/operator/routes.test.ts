import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HTTP_ROUTE, INGRESS, NAMESPACE, SECRET, SERVICE } from '../../../src/kube/resource.ts';
import { createAuthority } from '../../env/certificates.ts';
import { type Dockerd, startDockerd } from '../../env/dockerd.ts';
import { podmanSearch } from '../../env/podman.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { startTraefik, type Traefik } from '../../env/traefik.ts';
import { eventually } from '../../support/eventually.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { GATEWAY, GATEWAY_CLASS, gatewayApi, gatewayOf } from '../../support/operator/gateway-api.ts';
import { fieldOf, type Resource, resourceIn } from '../../support/operator/live-resource.ts';
import { type OperatorProcess, startOperator } from '../../support/operator/operator-process.ts';
import { type RunProcess, startRun } from '../../support/standalone/run-process.ts';

const ENDPOINT_SLICE = {
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  kind: 'EndpointSlice',
} as const;
const INGRESS_CLASS = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'ingressclasses',
  kind: 'IngressClass',
} as const;
const CRD = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
} as const;
const asPerson = { fieldManager: 'a-person', force: true };
const soon = () => AbortSignal.timeout(120_000);

let cluster: Cluster;
let operator: OperatorProcess;
let traefik: Traefik;
let dockerd: Dockerd;
let folder: Awaited<ReturnType<typeof tempDirectory>>;
/** Stands in for the pods, as nothing runs them here. */
let search: RunProcess;

beforeAll(async () => {
  folder = await tempDirectory('routes');
  cluster = await startCluster();
  const { kubeconfigPath, ambient } = cluster;
  const args = ['--allowed-host', 'default=localhost', '--allowed-host', '*=*.search.example.com'];
  operator = await startOperator({ kubeconfigPath, ambient, allowedEndpoint: 'http://127.0.0.1:*', args });
  search = await startRun(['--sample', '--data', folder.path, '--host', '::']);
  const traefikClass = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { namespace: '', name: 'traefik' },
    spec: { controller: 'traefik.io/ingress-controller' },
  };
  await cluster.client.apply(INGRESS_CLASS, traefikClass, asPerson, soon());
  [traefik, dockerd] = await Promise.all([startTraefik(kubeconfigPath), startDockerd()]);
});

afterAll(async () => {
  await search?.interrupt();
  for (const part of [traefik, dockerd, operator, cluster]) await part?.stop();
  await folder?.remove();
});

/** Kubernetes takes no loopback address for a pod's. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '';
}

async function leadToSearch({ namespace, name }: Resource): Promise<void> {
  const labels = { 'kubernetes.io/service-name': `${name}-search` };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace, name: `${name}-by-hand`, labels },
    addressType: 'IPv4',
    endpoints: [{ addresses: [ownAddress()], conditions: { ready: true } }],
    ports: [{ name: 'http', port: Number(new URL(search.url).port), protocol: 'TCP' }],
  };
  await cluster.client.apply(ENDPOINT_SLICE, slice, asPerson, soon());
}

/** Applies it, and has docker and podman search at a port of this machine. */
async function expectSearchAt(resource: Resource, port: number): Promise<void> {
  await resource.apply();
  await eventually(async () => expect(await resource.children(SERVICE)).toHaveLength(1));
  await leadToSearch(resource);
  const term = `localhost:${port}/payments`;
  await eventually(async () => expect(await dockerd.dockerSearch(term)).toContain('payments/api'));
  expect(await podmanSearch(term)).toContain('payments/api');
}

const ingressOf = async (resource: Resource) => (await resource.children(INGRESS))[0];
const routeOf = async (resource: Resource) => (await resource.children(HTTP_ROUTE))[0];

test('docker and podman search through Traefik on a host of its own', async () => {
  const resource = resourceIn(cluster, 'routed', { search: { ingress: { host: 'localhost', className: 'traefik' } } });
  await expectSearchAt(resource, traefik.port);
});

test('when the resource asks for it no longer, the Ingress goes', async () => {
  const resource = resourceIn(cluster, 'routed');
  expect(await ingressOf(resource)).toBeDefined();
  await resource.change({ search: { ingress: null } });
  await eventually(async () => expect(await ingressOf(resource)).toBeUndefined());
});

test('on the registry’s own host it takes the paths that the registry leaves free', async () => {
  const host = 'registry.search.example.com';
  const resource = resourceIn(cluster, 'beside', {
    registry: { url: `https://${host}` },
    search: { ingress: { host, tlsSecretName: 'registry-tls' } },
  });
  await resource.apply();
  await eventually(async () => {
    const ingress = await ingressOf(resource);
    expect(fieldOf(ingress, 'spec.tls')).toEqual([{ hosts: [host], secretName: 'registry-tls' }]);
    const paths = fieldOf(ingress, 'spec.rules.0.http.paths');
    expect(paths).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: '/v1', pathType: 'Prefix' }),
        expect.objectContaining({ path: '/v2/_catalog', pathType: 'Exact' }),
        expect.objectContaining({ path: '/api', pathType: 'Prefix' }),
      ]),
    );
    expect(paths).not.toContainEqual(expect.objectContaining({ path: '/' }));
    expect(paths).not.toContainEqual(expect.objectContaining({ path: '/v2' }));
  });
});

test('a host that the chart does not allow to the namespace is refused, and the rest goes on', async () => {
  const resource = resourceIn(cluster, 'greedy', { search: { ingress: { host: 'other.example.com' } } });
  await resource.apply();
  await eventually(async () => {
    expect(await resource.condition('Degraded')).toMatch(/^True\/HostNotAllowed: .*other\.example\.com.*allowedHosts/);
    expect(await resource.condition('TablesReady')).toMatch(/^True/);
  });
  expect(await ingressOf(resource)).toBeUndefined();
});

test('without the Gateway API the condition says so; with it the HTTPRoute is made, and goes with the field', async () => {
  const host = 'gateway.search.example.com';
  const gateway = { name: 'public', namespace: 'gateways', sectionName: 'https' };
  const resource = resourceIn(cluster, 'by-gateway', { search: { httpRoute: { host, parentRefs: [gateway] } } });
  await resource.apply();
  await eventually(async () => expect(await resource.condition('Degraded')).toMatch(/^True\/GatewayAPIMissing/));
  for (const definition of gatewayApi()) await cluster.client.apply(CRD, definition, asPerson, soon());
  await eventually(async () => {
    const route = await routeOf(resource);
    expect(fieldOf(route, 'spec.parentRefs')).toEqual([gateway]);
    expect(fieldOf(route, 'spec.hostnames')).toEqual([host]);
    expect(fieldOf(route, 'spec.rules.0.backendRefs')).toEqual([{ name: 'by-gateway-search', port: 8080 }]);
  });
  await eventually(async () => expect(await resource.condition('Degraded')).toMatch(/^False/));
  await resource.change({ search: { httpRoute: null } });
  await eventually(async () => expect(await routeOf(resource)).toBeUndefined());
});

test('docker and podman search through a Gateway of Traefik in another namespace', async () => {
  const gateways = await startTraefik(cluster.kubeconfigPath, 'gateways');
  const place = { name: 'traefik', namespace: 'gateways', port: gateways.port, certificate: 'localhost' };
  const { gatewayClass, gateway } = gatewayOf('traefik.io/gateway-controller', place);
  const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { namespace: '', name: place.namespace } };
  await cluster.client.apply(NAMESPACE, space, asPerson, soon());
  await cluster.client.apply(SECRET, await certificateIn(place.namespace), asPerson, soon());
  await cluster.client.apply(GATEWAY_CLASS, gatewayClass, asPerson, soon());
  await cluster.client.apply(GATEWAY, gateway, asPerson, soon());
  const { name, namespace } = place;
  const resource = resourceIn(cluster, 'gated', {
    search: { httpRoute: { host: 'localhost', parentRefs: [{ name, namespace }] } },
  });
  await expectSearchAt(resource, gateways.port);
  await gateways.stop();
});

/** docker looks for TLS first, and on this machine trusts whoever signed it. */
async function certificateIn(namespace: string) {
  const authority = await createAuthority(folder.path);
  const { certFile, keyFile } = await authority.issue({ name: 'localhost', alternativeNames: ['DNS:localhost'] });
  const [certificate, key] = await Promise.all([certFile, keyFile].map((file) => readFile(file, 'utf8')));
  return {
    ...{ apiVersion: 'v1', kind: SECRET.kind, type: 'kubernetes.io/tls' },
    metadata: { namespace, name: 'localhost' },
    stringData: { 'tls.crt': certificate, 'tls.key': key },
  };
}
