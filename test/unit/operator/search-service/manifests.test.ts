import { expect, test } from '@jest/globals';
import type { RegistryIndexSpec } from '../../../../src/api/generated.ts';
import { INDEX_LABEL, labelsOf, UID_LABEL } from '../../../../src/api/names.ts';
import {
  searchDeployment,
  searchEndpoint,
  searchPodsService,
  searchService,
} from '../../../../src/operator/search-service/manifests.ts';
import { fieldOf } from '../../../support/operator/live-resource.ts';
import { registryIndex } from '../../../support/operator/resources.ts';

const MEANS = { image: { name: 'registry-index:1', pullPolicy: undefined }, secret: undefined };

test('an upgrade keeps every old pod until a new one has loaded the index', () => {
  expect(searchDeployment(registryIndex(), MEANS).spec).toMatchObject({
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    template: { spec: { containers: [{ readinessProbe: { httpGet: { path: '/readyz' } } }] } },
  });
});

test('its pods go to different nodes and zones, unless the installation or the resource says otherwise', () => {
  const constraintsOf = (own: NonNullable<RegistryIndexSpec['podTemplate']>, defaults = {}) =>
    fieldOf(
      searchDeployment(registryIndex({ spec: { podTemplate: own } }), { ...MEANS, defaults }),
      'spec.template.spec.topologySpreadConstraints',
    );
  const another = [{ maxSkew: 2, topologyKey: 'rack', whenUnsatisfiable: 'DoNotSchedule' }];
  expect(constraintsOf({})).toMatchObject([
    { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
    { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
  ]);
  expect(constraintsOf({}, { topologySpreadConstraints: another })).toEqual(another);
  expect(constraintsOf({ topologySpreadConstraints: [] })).toEqual([]);
});

test('replicas that are left out are not set', () => {
  expect(searchDeployment(registryIndex(), MEANS).spec).not.toHaveProperty('replicas');
  expect(searchDeployment(registryIndex({ spec: { search: { replicas: 0 } } }), MEANS).spec).toHaveProperty(
    'replicas',
    0,
  );
});

test('the Service leads to the pods of the Deployment, and the endpoint to the Service', () => {
  const deployment = searchDeployment(registryIndex(), MEANS);
  const service = searchService(registryIndex(), true);
  const selector = labelsOf('images', 'search');
  const labels = { ...selector, [UID_LABEL]: 'resource-uid' };
  expect(service.spec).toMatchObject({ selector: labels });
  expect(deployment.spec).toMatchObject({ selector: { matchLabels: selector }, template: { metadata: { labels } } });
  expect(searchEndpoint(registryIndex())).toBe(`http://${service.metadata.name}.team.svc:8080`);
});

test('pods of two resources are told apart even if their names are shortened', () => {
  const selectorOf = (name: string) => searchService(registryIndex({ metadata: { name } }), false).spec;
  expect(selectorOf(`${'a'.repeat(100)}-one`)).not.toEqual(selectorOf(`${'a'.repeat(100)}-two`));
});

test("pods of a resource whose name equals another's shortened name are not selected", () => {
  const cut = registryIndex({ metadata: { name: 'a.b', uid: 'one' } });
  const label = labelsOf('a.b', 'search')[INDEX_LABEL] ?? '';
  const posing = registryIndex({ metadata: { name: label, uid: 'other' } });
  expect(labelsOf(posing.metadata.name, 'search')).toEqual(labelsOf('a.b', 'search'));
  expect(searchService(cut, true).spec).not.toEqual(searchService(posing, true).spec);
  expect(searchService(cut, true).metadata.name).not.toBe(searchService(posing, true).metadata.name);
});

test('the selector of the Deployment is that of earlier versions, because it cannot be changed', () => {
  expect(searchDeployment(registryIndex(), MEANS).spec).toHaveProperty('selector', {
    matchLabels: {
      'app.kubernetes.io/managed-by': 'registry-index',
      'app.kubernetes.io/component': 'search',
      'registryindex.dev/index': 'images',
    },
  });
});

test('the pod has a volume for the snapshot, larger than the largest snapshot', () => {
  expect(searchDeployment(registryIndex(), MEANS).spec).toMatchObject({
    template: {
      spec: {
        containers: [
          {
            args: ['search', '--snapshot-dir', '/var/cache/registry-index', '--snapshot-mebibytes', '2048'],
            volumeMounts: [{ name: 'snapshot', mountPath: '/var/cache/registry-index' }],
          },
        ],
        volumes: [{ name: 'snapshot', emptyDir: { sizeLimit: '2304Mi' } }],
      },
    },
  });
});

test('the pods get the origins that may read answers', () => {
  const origins = ['https://ui.example.com', 'http://localhost:3000'];
  const { spec } = searchDeployment(registryIndex({ spec: { search: { cors: { origins } } } }), MEANS);
  const args = expect.arrayContaining(origins.map((origin) => `--cors-origin=${origin}`));
  expect(spec).toMatchObject({ template: { spec: { containers: [{ args }] } } });
});

test('where there is an indexer every pod is nudged at a port of its own', () => {
  const index = registryIndex({ spec: { notifications: { tokenSecretRef: { name: 'token', key: 'token' } } } });
  const { spec } = searchPodsService(index);
  expect(spec).toMatchObject({
    clusterIP: 'None',
    selector: { ...labelsOf('images', 'search'), [UID_LABEL]: 'resource-uid' },
    ports: [{ port: 9091, targetPort: 'nudge' }],
  });
  const containers = [
    {
      args: expect.arrayContaining(['--nudge-port=9091']),
      ports: [{ containerPort: 8080 }, { containerPort: 9090 }, { name: 'nudge', containerPort: 9091 }],
    },
  ];
  expect(searchDeployment(index, MEANS).spec).toMatchObject({ template: { spec: { containers } } });
});

test('where there is none that port is closed', () => {
  const manifest = JSON.stringify(searchDeployment(registryIndex(), MEANS));
  expect(manifest).not.toContain('nudge');
  expect(manifest).not.toContain('9091');
});

const SECRET = { name: 'secret', key: 'entry' };

test('Secrets of access are mounted as whole folders, which kubelet keeps up to date, and may be missing at first', () => {
  const access = { mode: 'Htpasswd', htpasswdSecretRef: SECRET } as const;
  expect(searchDeployment(registryIndex({ spec: { search: { access } } }), MEANS).spec).toMatchObject({
    template: {
      spec: {
        containers: [
          {
            volumeMounts: [
              { name: 'snapshot' },
              { name: 'htpasswd', mountPath: '/etc/registry-index/htpasswd', readOnly: true },
            ],
          },
        ],
        volumes: [
          { name: 'snapshot' },
          {
            name: 'htpasswd',
            secret: { secretName: 'secret', optional: true, items: [{ key: 'entry', path: 'value' }] },
          },
        ],
      },
    },
  });
});

test('a change of who sees what replaces no pod, one of who says who somebody is does', () => {
  const template = (access: NonNullable<RegistryIndexSpec['search']>['access']) =>
    JSON.stringify(searchDeployment(registryIndex({ spec: { search: access ? { access } : {} } }), MEANS).spec);
  const registry = { url: 'https://registry.example.com' };
  const rules = [{ names: ['**'], anonymous: true }];
  expect(template({ mode: 'Registry', registry, rules })).toBe(template({ mode: 'Registry', registry }));
  expect(template({ mode: 'Registry', registry })).not.toBe(template({ mode: 'Anonymous' }));
  expect(template({ mode: 'Registry', registry })).not.toBe(
    template({ mode: 'Registry', registry: { url: 'https://other.example.com' } }),
  );
  expect(template({ mode: 'Anonymous' })).toBe(template(undefined));
});
