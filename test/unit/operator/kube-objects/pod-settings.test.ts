import { describe, expect, test } from '@jest/globals';
import type { RegistryIndexSpec } from '../../../../src/api/generated.ts';
import { type Component, INDEX_LABEL } from '../../../../src/api/names.ts';
import { parsePodSettings } from '../../../../src/config/pod-settings.ts';
import type { KubeObject } from '../../../../src/kube/resource.ts';
import { type PodSettings, podSettings } from '../../../../src/operator/kube-objects/pod-settings.ts';
import type { podTemplate } from '../../../../src/operator/kube-objects/pod-template.ts';
import { searchDeployment } from '../../../../src/operator/search-service/manifests.ts';
import { registryIndex } from '../../../support/operator/resources.ts';

const taint = (key: string) => ({ key, operator: 'Exists' });
const chart: PodSettings = {
  labels: { team: 'platform', tier: 'tools' },
  env: [
    { name: 'TZ', value: 'UTC' },
    { name: 'LANG', value: 'C' },
  ],
  imagePullSecrets: [{ name: 'mirror' }],
  nodeSelector: { pool: 'tools' },
  tolerations: [taint('tools')],
};

function settingsOf(component: Component, spec: Partial<RegistryIndexSpec>): PodSettings {
  return podSettings(registryIndex({ spec }).spec, component, chart);
}

function podTemplateOf({ spec }: KubeObject) {
  return (spec as { template: ReturnType<typeof podTemplate> }).template;
}

describe('pods have', () => {
  test("the chart's settings, where the resource says nothing", () => {
    expect(settingsOf('search', {})).toEqual(chart);
  });

  test("the resource's before the chart's, joined by keys, and lists whole", () => {
    const podTemplate = {
      labels: { tier: 'search' },
      env: [{ name: 'TZ', value: 'Europe/Berlin' }],
      nodeSelector: { disk: 'ssd' },
      tolerations: [taint('search')],
    };
    expect(settingsOf('search', { podTemplate })).toEqual({
      labels: { team: 'platform', tier: 'search' },
      env: [
        { name: 'LANG', value: 'C' },
        { name: 'TZ', value: 'Europe/Berlin' },
      ],
      imagePullSecrets: [{ name: 'mirror' }],
      nodeSelector: { pool: 'tools', disk: 'ssd' },
      tolerations: [taint('search')],
    });
  });

  test.each<[Component, string]>([
    ['search', 'search'],
    ['indexer', 'indexer'],
    ['backfill', 'jobs'],
    ['resync', 'jobs'],
  ])('those of their component before all: %s', (component, priorityClassName) => {
    const found = settingsOf(component, {
      podTemplate: { priorityClassName: 'all' },
      search: { podTemplate: { priorityClassName: 'search' } },
      indexer: { podTemplate: { priorityClassName: 'indexer' } },
      backfill: { podTemplate: { priorityClassName: 'jobs' } },
    });
    expect(found).toEqual({ ...chart, priorityClassName });
  });

  test('nothing of ours changed by them: labels, variables, security', () => {
    const podTemplate = {
      labels: { [INDEX_LABEL]: 'another', mine: 'yes' },
      env: [
        { name: 'REGISTRY_INDEX_SETTINGS', value: '{}' },
        { name: 'MINE', value: 'yes' },
      ],
      affinity: { podAntiAffinity: {} },
    };
    const image = { name: 'registry-index:1', pullPolicy: undefined };
    const podOf = (spec: Partial<RegistryIndexSpec>) =>
      podTemplateOf(searchDeployment(registryIndex({ spec }), { image, secret: undefined }));
    const plain = podOf({});
    const { metadata, spec } = podOf({ podTemplate });
    expect(metadata.labels).toEqual({ ...plain.metadata.labels, mine: 'yes' });
    const [container] = plain.spec.containers;
    const env = [...(container?.env ?? []), { name: 'MINE', value: 'yes' }];
    expect(spec).toEqual({ ...plain.spec, affinity: { podAntiAffinity: {} }, containers: [{ ...container, env }] });
  });
});

test.each([
  ['{', 'wanted a JSON object'],
  ['[]', 'podDefaults must be object'],
  ['{"nodeselector":{}}', 'podDefaults has no field nodeselector'],
  ['{"tolerations":{}}', 'podDefaults.tolerations must be array'],
  ['{"env":[{"value":"x"}]}', "podDefaults.env.0 must have required property 'name'"],
])('pod defaults of %s are refused: %s', (json, message) => {
  expect(parsePodSettings(json)).toContain(message);
});

test('pod defaults are read as they stand in a chart', () => {
  expect(parsePodSettings(JSON.stringify(chart))).toEqual(chart);
});
