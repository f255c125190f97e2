import { beforeAll, expect, test } from '@jest/globals';
import { labelsOf } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/kube/resource.ts';
import { RELEASE_NAMESPACE, type Rendering, render } from '../../support/chart/render.ts';

const own = { namespace: 'monitoring', labels: { release: 'prometheus' }, interval: '15s' };
const variants = {
  none: {},
  pods: { metrics: { podMonitor: { enabled: true, ...own } } },
  scoped: { metrics: { podMonitor: { enabled: true } }, watchNamespaces: ['team-a', 'team-b'] },
  service: { metrics: { podMonitor: { enabled: true }, serviceMonitor: { enabled: true, ...own } } },
};

let rendered: Readonly<Record<keyof typeof variants, Rendering>>;

beforeAll(async () => {
  rendered = await render(variants);
});

interface Endpoint {
  readonly port: string;
  readonly honorLabels: boolean;
}

interface Monitor {
  readonly selector: {
    readonly matchLabels: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[];
  };
  readonly namespaceSelector: { readonly any?: boolean; readonly matchNames?: readonly string[] };
  readonly podMetricsEndpoints?: readonly Endpoint[];
  readonly endpoints?: readonly Endpoint[];
}

const specOf = (object: KubeObject) => object.spec as Monitor;
const monitors = ({ objects }: Rendering) => objects.filter(({ kind }) => /^(Pod|Service)Monitor$/.test(kind));

test('there are none unless they are wanted, but the Service is there', () => {
  expect(monitors(rendered.none)).toEqual([]);
  expect(rendered.none.object('Service', '-metrics').spec).toMatchObject({
    ports: [{ name: 'monitoring', port: 9090, targetPort: 'monitoring' }],
  });
});

test('each operator is scraped once: by its pod, or by the Service', () => {
  const kinds = (rendering: Rendering) => monitors(rendering).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  const pods = 'PodMonitor test-registry-index-pods';
  expect(kinds(rendered.pods).toSorted()).toEqual(['PodMonitor test-registry-index', pods]);
  expect(kinds(rendered.service).toSorted()).toEqual([pods, 'ServiceMonitor test-registry-index']);
});

test('every monitor keeps the labels that series have of their own, and scrapes the port that the pods have', () => {
  for (const monitor of [...monitors(rendered.pods), ...monitors(rendered.service)]) {
    const { podMetricsEndpoints = [], endpoints = [] } = specOf(monitor);
    const [endpoint] = [...podMetricsEndpoints, ...endpoints];
    expect(endpoint).toMatchObject({ port: 'monitoring', honorLabels: true });
  }
});

test('a monitor lies where Prometheus looks, with the label that it selects, and names the operator’s namespace', () => {
  const monitor = rendered.pods.object('PodMonitor', 'test-registry-index');
  expect(monitor.metadata).toMatchObject({ namespace: 'monitoring', labels: { release: 'prometheus' } });
  expect(specOf(monitor).namespaceSelector).toEqual({ matchNames: [RELEASE_NAMESPACE] });
});

test('it selects the pods that the Deployment makes, and the other the pods that the operator makes', () => {
  const { template } = rendered.pods.object('Deployment').spec as { template: { metadata: KubeObject['metadata'] } };
  const operator = specOf(rendered.pods.object('PodMonitor', 'test-registry-index')).selector.matchLabels;
  expect(template.metadata.labels).toMatchObject(operator);
  const { selector, namespaceSelector } = specOf(rendered.pods.object('PodMonitor', '-pods'));
  const [{ key, values } = { key: '', values: [] }] = selector.matchExpressions ?? [];
  for (const component of ['search', 'indexer'] as const) {
    const labels = labelsOf('images', component);
    expect(labels).toMatchObject(selector.matchLabels);
    expect(values).toContain(labels[key]);
  }
  expect(namespaceSelector).toEqual({ any: true });
  const scoped = specOf(rendered.scoped.object('PodMonitor', '-pods'));
  expect(scoped.namespaceSelector).toEqual({ matchNames: ['team-a', 'team-b'] });
});
