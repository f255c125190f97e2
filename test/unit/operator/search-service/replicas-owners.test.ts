import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../../src/kube/resource.ts';
import { replicasOwners, withReplicasOwners } from '../../../../src/operator/search-service/replicas-owners.ts';

const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    namespace: 'team',
    name: 'images-search',
    resourceVersion: '7',
    annotations: { kept: 'yes', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    managedFields: [
      { manager: 'autoscaler', operation: 'Update', fieldsV1: { 'f:spec': { 'f:replicas': {}, 'f:paused': {} } } },
      { manager: 'registry-index', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:template': {} } } },
    ],
  },
  spec: { replicas: 3 },
};

test('of a Deployment’s history no more is kept than who has set the number of replicas', () => {
  const kept = withReplicasOwners(deployment);
  expect(replicasOwners(kept).map(({ manager, operation }) => [manager, operation])).toEqual([
    ['autoscaler', 'Update'],
  ]);
  const { managedFields: _, ...metadata } = kept.metadata;
  expect({ ...kept, metadata }).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'team', name: 'images-search', resourceVersion: '7', annotations: { kept: 'yes' } },
    spec: { replicas: 3 },
  });
  expect(JSON.stringify(kept)).not.toMatch(/f:template|f:paused/);
});
