import type { KubeObject } from '../../../src/kube/resource.ts';

/** One end of a connection: a pod, or what has an address alone. */
export interface Peer {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly address?: string;
}

export interface Connection {
  readonly from: Peer;
  readonly to: Peer;
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP';
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[];
}

interface PolicyPeer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string };
}

interface Rule {
  readonly ports?: readonly { readonly protocol: string; readonly port: number }[];
  readonly from?: readonly PolicyPeer[];
  readonly to?: readonly PolicyPeer[];
}

interface PolicySpec {
  readonly podSelector: Selector;
  readonly policyTypes: readonly ('Ingress' | 'Egress')[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

/**
 * Whether policies let a connection through, as Kubernetes defines it: a pod that a policy of one direction selects may
 * do what at least one of them allows; any other may do everything. Of a block of addresses, single ones are
 * understood, and of expressions `In`.
 */
export function letThrough(policies: readonly KubeObject[], { from, to, port, protocol = 'TCP' }: Connection): boolean {
  return allows('Egress', from, to) && allows('Ingress', to, from);

  function allows(direction: 'Ingress' | 'Egress', pod: Peer, other: Peer): boolean {
    const about = policies
      .map(({ metadata, spec }) => ({ namespace: metadata.namespace, spec: spec as PolicySpec }))
      .filter(({ namespace, spec }) => namespace === pod.namespace && spec.policyTypes.includes(direction))
      .filter(({ spec }) => pod.labels !== undefined && selects(spec.podSelector, pod.labels));
    const rules = about.flatMap(({ namespace, spec }) =>
      ((direction === 'Ingress' ? spec.ingress : spec.egress) ?? []).map((rule) => ({ namespace, rule })),
    );
    return about.length === 0 || rules.some(({ namespace, rule }) => ruleAllows(rule, namespace, other));
  }

  function ruleAllows({ ports, from: sources, to: targets }: Rule, namespace: string, other: Peer): boolean {
    const peers = sources ?? targets;
    const isPort = ports === undefined || ports.some((each) => each.port === port && each.protocol === protocol);
    return isPort && (peers === undefined || peers.some((peer) => isPeer(peer, namespace, other)));
  }
}

function isPeer({ podSelector, namespaceSelector, ipBlock }: PolicyPeer, namespace: string, other: Peer): boolean {
  if (ipBlock) return other.address !== undefined && ipBlock.cidr.split('/')[0] === other.address;
  if (other.namespace === undefined) return false;
  const isNamespace = namespaceSelector
    ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': other.namespace })
    : other.namespace === namespace;
  return isNamespace && (podSelector === undefined || selects(podSelector, other.labels ?? {}));
}

function selects(
  { matchLabels = {}, matchExpressions = [] }: Selector,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''))
  );
}
