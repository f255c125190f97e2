import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createKubeMetrics } from '../../../src/kube/metrics.ts';
import { createWorkQueue } from '../../../src/kube/queue/work-queue.ts';

test('dashboards made for controller-runtime find what they look for', async () => {
  const registry = new Registry();
  const metrics = createKubeMetrics(registry);
  metrics.rest.requestDone({ code: '200', method: 'GET', host: 'api:6443' });
  metrics.leader.leading('operator', true);
  metrics.controller('things').reconciled('done', 0.2);
  metrics.controller('things').reconciled('stalled', 0.2);
  const queue = createWorkQueue({ metrics: metrics.queue('things') });
  queue.add({ namespace: 'team', name: 'a' });
  queue.add({ namespace: 'team', name: 'b' });
  await queue.take(new AbortController().signal);
  const lines = (await registry.metrics()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'rest_client_requests_total{code="200",method="GET",host="api:6443"} 1',
      'leader_election_master_status{name="operator"} 1',
      'controller_runtime_reconcile_total{controller="things",result="success"} 1',
      'controller_runtime_reconcile_total{controller="things",result="terminal_error"} 1',
      'controller_runtime_reconcile_total{controller="things",result="error"} 0',
      'controller_runtime_reconcile_time_seconds_count{controller="things"} 2',
      'workqueue_depth{name="things",controller="things"} 1',
      'workqueue_adds_total{name="things",controller="things"} 2',
    ]),
  );
});
