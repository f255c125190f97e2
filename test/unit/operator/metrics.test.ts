import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createIndexMetrics } from '../../../src/operator/metrics.ts';
import { registryIndex } from '../../support/operator/resources.ts';

const condition = { type: 'Ready', status: 'True', reason: 'Ready', message: '', lastTransitionTime: 't' } as const;

test('every resource has its metrics until it is deleted', async () => {
  const registry = new Registry();
  const metrics = createIndexMetrics(registry);
  metrics.observe(registryIndex({ status: { conditions: [condition], backfill: { percent: 40, secondsLeft: 90 } } }));
  expect(await registry.metrics()).toContain('registry_index_condition{namespace="team",name="images",type="Ready"} 1');
  expect(await registry.metrics()).toContain(
    'registry_index_backfill_progress_ratio{namespace="team",name="images"} 0.4',
  );
  expect(await registry.metrics()).toContain(
    'registry_index_backfill_remaining_seconds{namespace="team",name="images"} 90',
  );
  metrics.observe(registryIndex({ status: { conditions: [{ ...condition, status: 'False' }] } }));
  expect(await registry.metrics()).toContain('registry_index_condition{namespace="team",name="images",type="Ready"} 0');
  expect(await registry.metrics()).not.toContain('registry_index_backfill_remaining_seconds{');
  const resync = { added: 3, removed: 1 };
  metrics.observe(registryIndex({ status: { resync, lastResyncTime: '2026-03-01T12:00:00Z' } }));
  const labels = 'namespace="team",name="images"';
  expect(await registry.metrics()).toContain(`registry_index_resync_repaired{${labels},repair="added"} 3`);
  expect(await registry.metrics()).toContain(`registry_index_last_resync_timestamp_seconds{${labels}} 1772366400`);
  const backfill = { startedAt: '2026-03-01T10:00:00Z', errorsByKind: { Foreign: 7, Missing: 2 } };
  metrics.observe(registryIndex({ status: { backfill } }));
  expect(await registry.metrics()).toContain(`registry_index_skipped{${labels},kind="Foreign",harmful="false"} 7`);
  expect(await registry.metrics()).toContain(`registry_index_skipped{${labels},kind="Missing",harmful="true"} 2`);
  const later = { endedAt: '2026-03-02T10:00:00Z', errorsByKind: { Malformed: 1 } };
  metrics.observe(registryIndex({ status: { backfill, resync: later } }));
  expect(await registry.metrics()).toContain(`registry_index_skipped{${labels},kind="Missing",harmful="true"} 0`);
  expect(await registry.metrics()).toContain(`registry_index_skipped{${labels},kind="Malformed",harmful="true"} 1`);
  const drifted = { repositories: 96, added: 3, changed: 4, removed: 1, gone: 3 };
  metrics.observe(registryIndex({ status: { resync: drifted } }));
  expect(await registry.metrics()).toContain(`registry_index_resync_drift_ratio{${labels}} 0.11`);
  const heard = { lastEventTime: '2026-03-01T12:00:00Z' };
  metrics.observe(registryIndex({ status: { conditions: [{ ...condition, type: 'Fresh' }], notifications: heard } }));
  expect(await registry.metrics()).toContain(`registry_index_last_event_timestamp_seconds{${labels}} 1772366400`);
  expect(await registry.metrics()).toContain('type="Fresh"');
  metrics.observe(registryIndex({ status: { conditions: [condition] } }));
  expect(await registry.metrics()).not.toContain('type="Fresh"');
  expect(await registry.metrics()).not.toContain('registry_index_last_event_timestamp_seconds{');
  metrics.forget({ namespace: 'team', name: 'images' });
  expect(await registry.metrics()).not.toContain('images');
});
