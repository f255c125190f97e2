import { expect, test } from '@jest/globals';
import { createClaimant } from '../../../../src/kube/lease/lease-claim.ts';
import { readLease } from '../../../../src/kube/lease/lease-record.ts';
import type { ObjectKey } from '../../../../src/kube/resource.ts';
import { createObjectApi } from '../../../support/kube/object-api.ts';

const signal = new AbortController().signal;
const lease: ObjectKey = { namespace: 'system', name: 'operator' };

test.each(['new', 'released', 'expired'] as const)(
  'of several that reach for a %s lease at once, one gets it',
  async (state) => {
    const api = createObjectApi();
    let nowMs = 0;
    const claimant = (identity: string) =>
      createClaimant({ client: api.client(), lease, identity, leaseMs: 15_000, now: () => nowMs });
    const before = claimant('before');
    if (state !== 'new') await before.claim(signal);
    if (state === 'released') await before.release(signal);
    const several = ['a', 'b', 'c'].map(claimant);
    if (state === 'expired') await Promise.all(several.map(({ claim }) => claim(signal)));
    nowMs = 15_000;
    const held = await Promise.all(several.map(({ claim }) => claim(signal)));
    expect(held.filter(Boolean)).toHaveLength(1);
    const object = api.read(lease);
    expect(object && readLease(object).holder).toBe(['a', 'b', 'c'][held.indexOf(true)]);
  },
);
