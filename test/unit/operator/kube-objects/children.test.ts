import { describe, expect, test } from '@jest/globals';
import { DEPLOYMENT, type KubeObject } from '../../../../src/kube/resource.ts';
import { ChildNotOurs, contains, ensureChild } from '../../../../src/operator/kube-objects/children.ts';
import { kubeClient } from '../../../support/operator/operator-deps.ts';

describe('a live object has the wanted fields', () => {
  test.each([
    { when: 'the server has added defaults', live: { a: 1, b: { c: 2, added: 3 } }, wanted: { b: { c: 2 } } },
    { when: 'lists are equal but for defaults within', live: [{ a: 1, added: 2 }], wanted: [{ a: 1 }] },
    {
      when: 'quantities are written in another way',
      live: { resources: { limits: { cpu: '100m', memory: '1Gi' }, requests: { cpu: '1' } } },
      wanted: { resources: { limits: { cpu: '0.1', memory: '1024Mi' }, requests: { cpu: 1 } } },
    },
    { when: 'an empty object was left out by the server', live: {}, wanted: { resources: {} } },
    { when: 'nothing is wanted', live: { a: 1 }, wanted: {} },
  ])('when $when', ({ live, wanted }) => {
    expect(contains(live, wanted)).toBe(true);
  });

  test.each([
    { when: 'a value is another one', live: { a: 1 }, wanted: { a: 2 } },
    { when: 'a value is of another type', live: { a: '1' }, wanted: { a: 1 } },
    { when: 'a field is missing', live: { a: 1 }, wanted: { a: 1, b: 2 } },
    { when: 'a list is longer', live: [1, 2], wanted: [1] },
    { when: 'a list is shorter', live: [1], wanted: [1, 2] },
    { when: 'there is no list', live: { 0: 'a', length: 1 }, wanted: ['a'] },
    { when: 'there is nothing at all', live: undefined, wanted: { a: 1 } },
    { when: 'amounts differ', live: { limits: { cpu: '100m' } }, wanted: { limits: { cpu: '0.2' } } },
    { when: 'what looks like an equal amount is none', live: { args: ['1000m'] }, wanted: { args: ['1'] } },
  ])('not when $when', ({ live, wanted }) => {
    expect(contains(live, wanted)).toBe(false);
  });
});

describe('a child', () => {
  const signal = AbortSignal.any([]);

  /** The child after `ensureChild`, and whether it had to be applied; `stored` is what the cache does not show. */
  async function ensured(live: KubeObject | undefined, wanted: KubeObject, stored?: KubeObject) {
    let applied = 0;
    const client = kubeClient({
      get: async () => stored,
      apply: async (_type, object) => {
        applied++;
        return object;
      },
    });
    return { child: await ensureChild({ client }, { type: DEPLOYMENT, live, wanted }, signal), applied };
  }

  const deployment = (spec: object, metadata: object = {}): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'n', name: 'd', ...metadata },
    spec,
  });

  test('that is missing is created', async () => {
    expect(await ensured(undefined, deployment({ replicas: 2 }))).toMatchObject({
      applied: 1,
      child: { spec: { replicas: 2 } },
    });
  });

  test('that is as wanted is left alone, with the fields that others have set', async () => {
    const { child } = await ensured(undefined, deployment({ paused: false }));
    const annotations = { ...child.metadata.annotations, 'mesh.example/sidecar': 'yes' };
    const live = { ...child, metadata: { ...child.metadata, annotations }, spec: { paused: false, replicas: 5 } };
    expect(await ensured(live, deployment({ paused: false }))).toEqual({ applied: 0, child: live });
  });

  test('that was changed by hand is corrected', async () => {
    const { child } = await ensured(undefined, deployment({ replicas: 2 }));
    expect(await ensured({ ...child, spec: { replicas: 9 } }, deployment({ replicas: 2 }))).toMatchObject({
      applied: 1,
    });
  });

  const controlledBy = (uid: string) => ({
    ownerReferences: [{ apiVersion: 'v1', kind: 'RegistryIndex', name: 'i', uid, controller: true }],
  });

  describe('that the cache does not show although an object of its name exists', () => {
    const wanted = deployment({ replicas: 2 }, controlledBy('ours'));

    test('is corrected if it is ours: the cache was behind', async () => {
      const stored = deployment({ replicas: 9 }, controlledBy('ours'));
      expect(await ensured(undefined, wanted, stored)).toMatchObject({ applied: 1 });
    });

    test.each([
      { of: 'nobody', stored: deployment({}) },
      { of: 'another resource', stored: deployment({}, controlledBy('theirs')) },
    ])('is left alone where it is of $of', async ({ stored }) => {
      await expect(ensured(undefined, wanted, stored)).rejects.toThrow(ChildNotOurs);
    });
  });

  describe('that the cache shows, because it has our labels', () => {
    const wanted = deployment({ replicas: 2 }, controlledBy('ours'));
    const owned = { ...controlledBy('theirs').ownerReferences[0], controller: false };

    test.each([
      { of: 'nobody', live: deployment({}), whose: 'of nobody' },
      { of: 'another resource', live: deployment({}, controlledBy('theirs')), whose: 'RegistryIndex i (uid theirs)' },
      { of: 'ours, but not controlled by it', live: deployment({}, { ownerReferences: [owned] }), whose: 'of nobody' },
    ])('is left alone where it is of $of, and named', async ({ live, whose }) => {
      const refused = ensured(live, wanted);
      await expect(refused).rejects.toThrow('Deployment d exists and is not of this RegistryIndex');
      await expect(refused).rejects.toThrow(whose);
      await expect(refused).rejects.toThrow('delete it, or give the RegistryIndex another name');
    });

    test('is written by its uid, so that another object of its name is not', async () => {
      const live = deployment({ replicas: 9 }, { ...controlledBy('ours'), uid: 'the-live-one' });
      const { child } = await ensured(live, wanted);
      expect(child.metadata.uid).toBe('the-live-one');
    });
  });

  test('with a field that is no longer wanted is applied again, which removes the field', async () => {
    const { child } = await ensured(undefined, deployment({ replicas: 2, paused: false }));
    expect(await ensured(child, deployment({ replicas: 2 }))).toMatchObject({ applied: 1 });
  });
});
