import { describe, expect, test } from '@jest/globals';
import { backfillJob } from '../../../../src/operator/backfill/job.ts';
import type { PodRuntime } from '../../../../src/operator/kube-objects/pod-template.ts';
import { resyncCronJob, resyncJob, scheduleOf } from '../../../../src/operator/resync/manifests.ts';
import { registryIndex } from '../../../support/operator/resources.ts';

const MEANS: PodRuntime = {
  image: { name: 'registry-index:1', pullPolicy: undefined },
  secret: { name: 'keys', entries: {} },
};
const requested = (value: string, after?: string) => ({ kind: 'requested', value, after }) as const;
const confirmed = (endedAt: string) => ({ kind: 'confirmed', confirmation: 'abc', endedAt }) as const;

describe('the schedule', () => {
  test('is what the resource says', () => {
    expect(scheduleOf(registryIndex({ spec: { resync: { schedule: '@hourly' } } }))).toBe('@hourly');
  });

  test('is daily by default, at a fixed time for each resource, and spread over the day for many', () => {
    const named = (name: string) => scheduleOf(registryIndex({ metadata: { name } }));
    expect(named('a')).toBe(named('a'));
    const all = Array.from({ length: 100 }, (_, at) => named(`index-${at}`));
    for (const schedule of all) {
      const [minute, hour, ...rest] = schedule.split(' ');
      expect(Number(minute)).toBeLessThan(60);
      expect(Number(hour)).toBeLessThan(24);
      expect(rest).toEqual(['*', '*', '*']);
    }
    expect(new Set(all).size).toBeGreaterThan(80);
  });
});

describe('the CronJob', () => {
  const index = registryIndex({
    spec: { backfill: { concurrency: 8, serviceAccountName: 'worker', resources: { limits: { memory: '1Gi' } } } },
  });

  test('runs one resync at a time, with the pods of the backfill', () => {
    const { spec, metadata } = resyncCronJob(index, MEANS);
    expect(metadata.name).toBe('images-resync');
    expect(spec).toMatchObject({ concurrencyPolicy: 'Forbid', suspend: false, timeZone: 'Etc/UTC' });
    const { metadata: _labels, ...worker } = Object(backfillJob(index, 1, MEANS).spec).template;
    const { metadata: labels, ...pod } = Object(spec).jobTemplate.spec.template;
    const [container] = pod.spec.containers;
    expect(container.args).toEqual(['backfill', '--resync', '--concurrency=8']);
    const [{ args: _args, name: _name, ...theirs }] = worker.spec.containers;
    expect(container).toMatchObject(theirs);
    expect({ ...pod.spec, containers: [] }).toEqual({ ...worker.spec, containers: [] });
    expect(labels.labels['app.kubernetes.io/component']).toBe('resync');
  });

  test('leaves room for the time that is added to the names of its Jobs', () => {
    const { metadata } = resyncCronJob(registryIndex({ metadata: { name: 'a'.repeat(250) } }), MEANS);
    expect(metadata.name.length).toBeLessThanOrEqual(52);
  });
});

describe('a Job that was asked for', () => {
  const job = (...[request, runtime = MEANS]: [Parameters<typeof resyncJob>[2], PodRuntime?]) =>
    resyncJob(registryIndex(), runtime, request);

  test('has one name for one request, so that it is created once, and different names for different requests', () => {
    const names = [requested('a'), requested('b'), requested('a', 't1'), confirmed('t1'), confirmed('t2')].map(
      (request) => job(request).metadata.name,
    );
    expect(new Set(names).size).toBe(5);
    expect(job(requested('a')).metadata.name).toBe(names[0]);
    expect(names[0]).toMatch(/^images-resync-[0-9a-f]{8}$/);
  });

  test("has another name with another template, because a Job's template cannot be changed", () => {
    const image = { name: 'registry-index:2', pullPolicy: undefined };
    expect(job(requested('a'), { ...MEANS, image }).metadata.name).not.toBe(job(requested('a')).metadata.name);
  });

  test('removes many repositories only when that was confirmed', () => {
    const argsOf = (request: Parameters<typeof job>[0]) =>
      Object(job(request).spec).template.spec.containers[0].args.join(' ');
    expect(argsOf(confirmed('t1'))).toContain('--resync --confirm-deletion=abc');
    expect(argsOf(requested('a'))).not.toContain('confirm');
  });
});
