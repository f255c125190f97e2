import { describe, expect, test } from '@jest/globals';
import { backfillJob } from '../../../../src/operator/backfill/job.ts';
import type { PodRuntime } from '../../../../src/operator/kube-objects/pod-template.ts';
import { type Resource, registryIndex } from '../../../support/operator/resources.ts';

const MEANS = { image: { name: 'registry-index:1', pullPolicy: undefined }, secret: undefined, versionKey: 'a-key' };
const secret = { name: 'keys', entries: { AWS_ACCESS_KEY_ID: 'first' } };

const job = (resource: Resource = {}, epoch = 1, runtime: PodRuntime = MEANS) =>
  backfillJob(registryIndex(resource), epoch, runtime);
const nameOf = (...args: Parameters<typeof job>) => job(...args).metadata.name;

describe('the name of a Job', () => {
  test('is the same for the same work, so that an operator that starts again finds its Job', () => {
    expect(nameOf()).toBe(nameOf());
    expect(nameOf()).toMatch(/^images-backfill-1-[0-9a-f]{8}$/);
  });

  test.each([
    { of: 'epoch', other: nameOf({}, 2) },
    { of: 'image', other: nameOf({}, 1, { ...MEANS, image: { name: 'registry-index:2', pullPolicy: undefined } }) },
    { of: 'source', other: nameOf({ spec: { bucket: 'another' } }) },
    { of: 'number of workers', other: nameOf({ spec: { backfill: { workers: 2 } } }) },
    { of: 'Secret', other: nameOf({}, 1, { ...MEANS, secret }) },
  ])('is another one for another $of: the template of a Job cannot be changed', ({ other }) => {
    expect(other).not.toBe(nameOf());
  });

  test('changes with its Secret, because workers read it only when they start', () => {
    expect(nameOf({}, 1, { ...MEANS, secret: { ...secret, entries: { AWS_ACCESS_KEY_ID: 'second' } } })).not.toBe(
      nameOf({}, 1, { ...MEANS, secret }),
    );
  });

  test('does not depend on settings that no worker gets', () => {
    expect(nameOf({ spec: { deletionPolicy: 'Delete', search: { replicas: 3 } } })).toBe(nameOf());
  });

  test('leaves room for the index of a pod, however long the name of the resource is', () => {
    const long = nameOf({ metadata: { name: 'a'.repeat(250) }, spec: { backfill: { workers: 64 } } });
    expect(`${long}-63`.length).toBeLessThanOrEqual(63);
  });
});

test('one pod for each worker, which is restarted a few times, and not at all if a retry makes no progress', () => {
  expect(job({ spec: { backfill: { workers: 4 } } }).spec).toMatchObject({
    completionMode: 'Indexed',
    completions: 4,
    parallelism: 4,
    backoffLimitPerIndex: 6,
    podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { values: [3] } }, { action: 'Ignore' }] },
    template: { spec: { restartPolicy: 'Never' } },
  });
});

test('Kubernetes removes it with its resource', () => {
  const { apiVersion, kind, metadata } = registryIndex();
  expect(job().metadata.ownerReferences).toEqual([
    { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true },
  ]);
  expect(job().metadata.namespace).toBe(metadata.namespace);
});
