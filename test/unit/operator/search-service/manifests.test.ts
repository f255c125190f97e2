import { expect, test } from '@jest/globals';
import { labelsOf } from '../../../../src/api/names.ts';
import { searchDeployment, searchEndpoint, searchService } from '../../../../src/operator/search-service/manifests.ts';
import { registryIndex } from '../support/resources.ts';

const MEANS = { image: { name: 'registry-index:1', pullPolicy: undefined }, secret: undefined };

test('an upgrade keeps every old pod until a new one has loaded the index', () => {
  expect(searchDeployment(registryIndex(), MEANS).spec).toMatchObject({
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    template: { spec: { containers: [{ readinessProbe: { httpGet: { path: '/readyz' } } }] } },
  });
});

test('replicas that are left out are nobody’s business here', () => {
  expect(searchDeployment(registryIndex(), MEANS).spec).not.toHaveProperty('replicas');
  expect(searchDeployment(registryIndex({ spec: { search: { replicas: 0 } } }), MEANS).spec).toHaveProperty(
    'replicas',
    0,
  );
});

test('the Service leads to the pods of the Deployment, and the endpoint to the Service', () => {
  const deployment = searchDeployment(registryIndex(), MEANS);
  const service = searchService(registryIndex());
  const selector = labelsOf('images', 'search');
  expect(service.spec).toMatchObject({ selector });
  expect(deployment.spec).toMatchObject({
    selector: { matchLabels: selector },
    template: { metadata: { labels: selector } },
  });
  expect(searchEndpoint(registryIndex())).toBe(`http://${service.metadata.name}.team.svc:8080`);
});

test('pods of two resources are told apart even when their names are cut', () => {
  const labelOf = (name: string) => searchService(registryIndex({ metadata: { name } })).spec;
  expect(labelOf(`${'a'.repeat(100)}-one`)).not.toEqual(labelOf(`${'a'.repeat(100)}-two`));
});

test('the pod has a volume for the snapshot, larger than search lets that grow', () => {
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
