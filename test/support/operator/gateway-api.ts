import { apiVersionOf, HTTP_ROUTE, type KubeObject, type ResourceType, SECRET } from '../../../src/kube/resource.ts';

const { group } = HTTP_ROUTE;
const type = (plural: string, kind: string, version = 'v1'): ResourceType => ({ group, version, plural, kind });

export const GATEWAY_CLASS = type('gatewayclasses', 'GatewayClass');
export const GATEWAY = type('gateways', 'Gateway');

/** All that a controller of version 1.5 waits for, whether it is used or not. */
const TYPES: readonly ResourceType[] = [
  GATEWAY_CLASS,
  GATEWAY,
  HTTP_ROUTE,
  type('grpcroutes', 'GRPCRoute'),
  type('tlsroutes', 'TLSRoute'),
  type('listenersets', 'ListenerSet'),
  type('backendtlspolicies', 'BackendTLSPolicy'),
  type('referencegrants', 'ReferenceGrant'),
  type('referencegrants', 'ReferenceGrant', 'v1beta1'),
];

/** The definitions of the Gateway API, without their schemas. */
export function gatewayApi(): KubeObject[] {
  return [...Map.groupBy(TYPES, ({ plural }) => plural).values()].map(definitionOf);
}

function definitionOf(versions: readonly ResourceType[]): KubeObject {
  const [{ plural, kind } = HTTP_ROUTE] = versions;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      namespace: '',
      name: `${plural}.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/2997' },
    },
    spec: {
      group,
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      scope: plural === GATEWAY_CLASS.plural ? 'Cluster' : 'Namespaced',
      versions: versions.map(({ version }, at) => ({
        name: version,
        served: true,
        storage: at === 0,
        subresources: { status: {} },
        schema,
      })),
    },
  };
}

/** The class of this controller, and a Gateway of it that takes routes of all namespaces at one port, by TLS. */
export function gatewayOf(controllerName: string, { name, namespace, port, certificate }: GatewayPlace): GatewayParts {
  const listener = {
    ...{ name: 'web', port, protocol: 'HTTPS' },
    tls: { mode: 'Terminate', certificateRefs: [{ group: '', kind: SECRET.kind, name: certificate }] },
    allowedRoutes: { namespaces: { from: 'All' } },
  };
  return {
    gatewayClass: {
      apiVersion: apiVersionOf(GATEWAY_CLASS),
      kind: GATEWAY_CLASS.kind,
      metadata: { namespace: '', name },
      spec: { controllerName },
    },
    gateway: {
      apiVersion: apiVersionOf(GATEWAY),
      kind: GATEWAY.kind,
      metadata: { namespace, name },
      spec: { gatewayClassName: name, listeners: [listener] },
    },
  };
}

export interface GatewayPlace {
  /** Of the class too. */
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
  /** The name of a Secret beside it. */
  readonly certificate: string;
}

export interface GatewayParts {
  readonly gatewayClass: KubeObject;
  readonly gateway: KubeObject;
}
