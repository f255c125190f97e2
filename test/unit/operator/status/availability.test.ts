import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../../src/kube/resource.ts';
import { rolloutOf, searchAvailability } from '../../../../src/operator/status/availability.ts';

interface Seen {
  readonly spec?: object;
  readonly generation?: number;
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly conditions?: readonly object[];
}

function deployment({ spec = { replicas: 1 }, generation, ...status }: Seen): KubeObject {
  const metadata = { namespace: 'n', name: 'demo', ...(generation === undefined ? {} : { generation }) };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec, status };
}

const said = (type: string, status: string, message: string) => ({
  type,
  status,
  message,
  lastTransitionTime: '2026-03-01T12:00:00Z',
});
const way = 'see kubectl describe deployment demo, and its pods';

test.each<{ when: string; seen: Seen; says: string }>([
  { when: 'a pod answers', seen: { availableReplicas: 1 }, says: 'True/Available: the search service answers' },
  {
    when: 'no pod is ready yet',
    seen: { conditions: [said('Progressing', 'True', 'fine')] },
    says: 'False/StartingSearch: no pod of Deployment demo is ready yet',
  },
  {
    when: 'pods may not be made',
    seen: { conditions: [said('ReplicaFailure', 'True', 'exceeded quota')] },
    says: `False/WaitingForPods: no pod of Deployment demo is ready (exceeded quota); ${way}`,
  },
  {
    when: 'pods do not become ready in time',
    seen: { conditions: [said('Progressing', 'False', 'timed out progressing')] },
    says: `False/WaitingForPods: no pod of Deployment demo is ready (timed out progressing); ${way}`,
  },
  {
    when: 'pods of an upgrade do not start, but one of before answers',
    seen: { availableReplicas: 1, conditions: [said('Progressing', 'False', 'timed out')] },
    says: 'True/Available: the search service answers',
  },
  {
    when: 'nobody wants pods',
    seen: { spec: { replicas: 0 } },
    says: 'False/ScaledToZero: Deployment demo is scaled to 0 replicas',
  },
])('search says how it stands when $when', ({ seen, says }) => {
  const { status, reason, message } = searchAvailability(deployment(seen));
  expect(`${status}/${reason}: ${message}`).toBe(says);
});

const timedOut = said('Progressing', 'False', 'ReplicaSet "demo-2" has timed out progressing.');

test.each<{ when: string; seen: Seen; is: object }>([
  {
    when: 'every pod is of the newest template',
    seen: { spec: { replicas: 2 }, generation: 3, observedGeneration: 3, replicas: 2, updatedReplicas: 2 },
    is: { kind: 'done' },
  },
  {
    when: 'a drained node has taken a pod of it away',
    seen: { spec: { replicas: 2 }, replicas: 2, updatedReplicas: 2, availableReplicas: 1 },
    is: { kind: 'done' },
  },
  {
    when: 'the controller has not seen the newest template',
    seen: { spec: { replicas: 2 }, generation: 4, observedGeneration: 3, replicas: 2, updatedReplicas: 2 },
    is: { kind: 'progressing', message: 'some of 2 pods of Deployment demo are of the newest template' },
  },
  {
    when: 'pods of before are still there',
    seen: { spec: { replicas: 2 }, replicas: 3, updatedReplicas: 2, availableReplicas: 2 },
    is: { kind: 'progressing', message: '2 of 2 pods of Deployment demo are of the newest template' },
  },
  {
    when: 'new pods cannot be scheduled, while one of before answers',
    seen: { replicas: 2, updatedReplicas: 1, availableReplicas: 1, conditions: [timedOut] },
    is: { kind: 'stuck', message: 'Deployment demo: ReplicaSet "demo-2" has timed out progressing.' },
  },
  {
    when: 'that was so before the newest template, which the controller has not seen',
    seen: { generation: 2, observedGeneration: 1, replicas: 1, updatedReplicas: 1, conditions: [timedOut] },
    is: { kind: 'progressing', message: 'some of 1 pods of Deployment demo are of the newest template' },
  },
])('a rollout when $when', ({ seen, is }) => {
  expect(rolloutOf(deployment(seen))).toEqual(is);
});
