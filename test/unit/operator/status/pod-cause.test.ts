import { describe, expect, test } from '@jest/globals';
import { falseCondition, trueCondition } from '../../../../src/api/conditions.ts';
import type { KubeObject } from '../../../../src/kube/resource.ts';
import { podCause, withPodCause } from '../../../../src/operator/status/pod-cause.ts';
import { kubeClient, operatorDeps } from '../../../support/operator/operator-deps.ts';
import { registryIndex } from '../../../support/operator/resources.ts';

const signal = AbortSignal.any([]);

function pod(status: object): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'team', name: 'images-search-1' }, status };
}

const container = (state: object, lastState = {}) => pod({ containerStatuses: [{ name: 'search', state, lastState }] });
const unscheduled = pod({
  conditions: [
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/3 nodes are available: 3 node(s) had untolerated taint(s).',
      lastTransitionTime: '2026-03-01T12:00:00Z',
    },
  ],
});

describe('why pods do not start is', () => {
  test.each<[string, KubeObject, string | undefined]>([
    ['no node', unscheduled, 'cannot be scheduled: 0/3 nodes are available: 3 node(s) had untolerated taint(s).'],
    [
      'an image that cannot be pulled',
      container({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "r/x:1"' } }),
      'ImagePullBackOff: Back-off pulling image "r/x:1"',
    ],
    [
      'a Secret that is missing',
      container({ waiting: { reason: 'CreateContainerConfigError', message: 'secret "aws" not found' } }),
      'CreateContainerConfigError: secret "aws" not found',
    ],
    [
      'too little memory',
      container({ waiting: { reason: 'CrashLoopBackOff' } }, { terminated: { reason: 'OOMKilled', exitCode: 137 } }),
      'was killed because it used more memory than its limit (OOMKilled)',
    ],
    [
      'a program that ends',
      container({ waiting: { reason: 'CrashLoopBackOff' } }, { terminated: { reason: 'Error', exitCode: 2 } }),
      'ended with exit code 2; see its logs',
    ],
    ['nothing, while it is on its way', container({ waiting: { reason: 'ContainerCreating' } }), undefined],
    ['nothing, when it ran well', container({ terminated: { reason: 'Completed', exitCode: 0 } }), undefined],
    ['nothing, before it has a status', pod({}), undefined],
  ])('%s', (_what, seen, cause) => {
    expect(podCause([pod({}), seen])).toBe(cause && `pod images-search-1 ${cause}`);
  });
});

describe('a condition', () => {
  const waiting = falseCondition('SearchAvailable', 'WaitingForPods', 'no pod is ready');
  const list = async () => ({ items: [unscheduled], resourceVersion: '1' });
  const contextOf = (readsPods: boolean) => ({
    deps: operatorDeps({ readsPods, client: kubeClient(readsPods ? { list } : {}) }),
    index: registryIndex(),
    signal,
  });

  test('names the cause where pods may be listed', async () => {
    expect(await withPodCause(contextOf(true), 'search', waiting)).toMatchObject({
      reason: 'WaitingForPods',
      message: expect.stringMatching(/^pod images-search-1 cannot be scheduled: .* \(no pod is ready\)$/),
    });
  });

  test('is as it was where they may not, and where it is about something else', async () => {
    expect(await withPodCause(contextOf(false), 'search', waiting)).toBe(waiting);
    const available = trueCondition('SearchAvailable', 'Available');
    expect(await withPodCause(contextOf(true), 'search', available)).toBe(available);
  });
});
