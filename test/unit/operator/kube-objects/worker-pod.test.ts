import { expect, test } from '@jest/globals';
import { backfillJob } from '../../../../src/operator/backfill/job.ts';
import type { podTemplate } from '../../../../src/operator/kube-objects/pod-template.ts';
import { heapOptions } from '../../../../src/operator/kube-objects/worker-pod.ts';
import { registryIndex } from '../../../support/operator/resources.ts';

test.each([
  ['512Mi', 204],
  ['1Gi', 409],
  [2 ** 29, 204],
])('of a pod that may have %s the heap may have %d MB', (memory, heapMb) => {
  expect(heapOptions({ limits: { memory } })).toContain(`--max-old-space-size=${heapMb}`);
});

test('without a memory limit the heap gets no limit', () => {
  for (const resources of [{}, { limits: { cpu: 1 } }, { limits: { memory: 'plenty' } }])
    expect(heapOptions(resources).join()).not.toContain('old-space');
});

test("a worker's heap follows the memory limit of its RegistryIndex", () => {
  const resources = { limits: { memory: '1Gi' } };
  const { template } = backfillJob(registryIndex({ spec: { backfill: { resources } } }), 1, {
    image: { name: 'registry-index:1', pullPolicy: undefined },
    secret: undefined,
  }).spec as { template: ReturnType<typeof podTemplate> };
  expect(template.spec.containers[0]?.env).toContainEqual({
    name: 'NODE_OPTIONS',
    value: heapOptions(resources).join(' '),
  });
});
