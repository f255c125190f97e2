import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../../src/kube/resource.ts';
import { searchAvailability } from '../../../../src/operator/status/availability.ts';

interface Seen {
  readonly spec?: object;
  readonly availableReplicas?: number;
  readonly conditions?: readonly object[];
}

function deployment({ spec = { replicas: 1 }, ...status }: Seen): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'n', name: 'demo' }, spec, status };
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
