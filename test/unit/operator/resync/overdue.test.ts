import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../../src/kube/resource.ts';
import type { JobState } from '../../../../src/operator/kube-objects/jobs.ts';
import { overdue } from '../../../../src/operator/resync/overdue.ts';

const NOW = '2026-03-11T12:00:00Z';
const at = (text: string) => Date.parse(text);

function messageOf(schedule: string, endedAt: string, running?: { state: JobState; startTime: string }) {
  const job = ({ startTime }: { startTime: string }): KubeObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { namespace: 'n', name: 'images-resync-7' },
    status: { startTime },
  });
  return overdue({
    schedule,
    cronJobName: 'images-resync',
    endedAtMs: at(endedAt),
    running: running && { job: job(running), state: running.state },
    nowMs: at(NOW),
  })?.message;
}

describe('a resync is', () => {
  test.each([
    ['0 3 * * *', '2026-03-11T03:20:00Z', 'ended today'],
    ['30 11 * * *', '2026-03-10T11:40:00Z', 'was due half an hour ago'],
    ['0 3 * * MON', '2026-03-09T03:20:00Z', 'is weekly'],
    ['@monthly', '2026-03-01T00:20:00Z', 'is monthly'],
    ['*/5 * * * *', '2026-03-11T11:20:00Z', 'comes every five minutes and takes long'],
    ['@every 6h', '2026-03-11T06:20:00Z', 'comes every six hours'],
    ['0 3 31 2 *', '2025-01-01T00:00:00Z', 'has no time at all'],
    ['every night', '2025-01-01T00:00:00Z', 'has no schedule that can be read'],
  ])('not overdue by %s when the last ended at %s, for it %s', (schedule, endedAt) => {
    expect(messageOf(schedule, endedAt)).toBeUndefined();
  });

  test.each([
    ['0 3 * * *', '2026-03-10T03:20:00Z', '2026-03-11T03:00:00Z'],
    ['0 3 * * MON', '2026-03-08T03:20:00Z', '2026-03-09T03:00:00Z'],
    ['? 3 * * *', '2026-03-10T03:59:30Z', '2026-03-11T03:59:00Z'],
    ['0/20 * * * *', '2026-03-11T09:00:00Z', '2026-03-11T10:40:00Z'],
    ['@daily', '2026-03-10T00:20:00Z', '2026-03-11T00:00:00Z'],
    ['@every 6h', '2026-03-11T04:59:00Z', '2026-03-11T05:00:00Z'],
    ['TZ=Europe/Berlin 0 3 * * *', '2026-03-10T03:20:00Z', '2026-03-11T02:00:00Z'],
  ])('overdue by %s when the last ended at %s', (schedule, endedAt, due) => {
    expect(messageOf(schedule, endedAt)).toBe(
      `no resync has ended since ${due}: no Job was started; see kubectl describe cronjob images-resync`,
    );
  });

  test.each<{ because: string; state: JobState; startTime: string; says: RegExp }>([
    {
      because: 'its pod cannot start',
      state: { kind: 'withoutPods' },
      startTime: '2026-03-11T03:00:00Z',
      says: /no pod of Job images-resync-7 is ready; see kubectl describe job/,
    },
    {
      because: 'it hangs',
      state: { kind: 'running' },
      startTime: '2026-03-11T03:00:00Z',
      says: /Job images-resync-7 still runs; .* or hangs/,
    },
    {
      because: 'a sidecar keeps the pod of the one before alive',
      state: { kind: 'running' },
      startTime: '2026-03-10T03:00:00Z',
      says: /has done its work and its pod does not end; a sidecar has to be an init container/,
    },
  ])('overdue, and the message says that $because', ({ state, startTime, says }) => {
    expect(messageOf('0 3 * * *', '2026-03-10T03:20:00Z', { state, startTime })).toMatch(says);
  });
});
