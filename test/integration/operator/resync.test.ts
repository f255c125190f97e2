import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CONFIRM_ANNOTATION, RESYNC_ANNOTATION } from '../../../src/api/names.ts';
import { CRON_JOB, JOB, type KubeObject, keyOf } from '../../../src/kube/resource.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { eventually } from '../../support/eventually.ts';
import { recordOf } from '../../support/index/index-records.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { fieldOf, type Resource, resourceIn } from '../../support/operator/live-resource.ts';
import { fill } from '../../support/operator/pods.ts';
import { startWorker } from '../../support/operator/worker-process.ts';

let cluster: Cluster;
let s3: S3Server;

beforeAll(async () => {
  [cluster, s3] = await Promise.all([startCluster(), startVersityGw({ buckets: ['my-registry'] })]);
  await cluster.startOperator();
}, 240_000);

afterAll(async () => {
  await cluster?.stop();
  await s3?.stop();
});

const soon = () => AbortSignal.timeout(60_000);

/** A resource whose tables are filled. */
async function filled(...args: Parameters<typeof resourceIn> extends [Cluster, ...infer Rest] ? Rest : never) {
  const resource = resourceIn(cluster, ...args);
  await resource.apply();
  await fill(cluster, resource);
  return resource;
}

function cronJobOf(resource: Resource): Promise<KubeObject> {
  return eventually(async () => {
    const [cronJob, ...others] = await resource.children(CRON_JOB, 'resync');
    if (!cronJob || others.length > 0)
      throw new Error(`there are ${others.length + Number(Boolean(cronJob))} CronJobs`);
    return cronJob;
  });
}

/** Jobs that annotations have started, oldest first; a CronJob's own have another owner. */
async function requestedJobs(resource: Resource): Promise<KubeObject[]> {
  const jobs = await resource.children(JOB, 'resync');
  const ours = jobs.filter(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'RegistryIndex');
  return ours.sort((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''));
}

describe('the CronJob of a filled index', () => {
  test('runs resyncs one at a time by the schedule of the resource, and follows it', async () => {
    const resource = await filled('scheduled', { resync: { schedule: '5 4 * * *' } });
    const { spec } = await cronJobOf(resource);
    expect(spec).toMatchObject({ schedule: '5 4 * * *', concurrencyPolicy: 'Forbid', suspend: false });
    await resource.change({ resync: { schedule: '6 4 * * 0' } });
    await eventually(async () => expect(fieldOf(await cronJobOf(resource), 'spec.schedule')).toBe('6 4 * * 0'));
  });

  test('is daily without one, comes back when it is deleted, and goes with its resource', async () => {
    const resource = await filled('daily');
    const before = await cronJobOf(resource);
    expect(fieldOf(before, 'spec.schedule')).toMatch(/^\d+ \d+ \* \* \*$/);
    await cluster.client.remove(CRON_JOB, keyOf(before), { propagation: 'Background' }, soon());
    await eventually(async () => expect((await cronJobOf(resource)).metadata.uid).not.toBe(before.metadata.uid));
    await resource.remove();
    await eventually(async () => expect(await resource.children(CRON_JOB, 'resync')).toEqual([]));
  });

  test('is suspended while the resource is', async () => {
    const resource = await filled('resting');
    await cronJobOf(resource);
    await resource.change({ suspend: true });
    await eventually(async () => expect(fieldOf(await cronJobOf(resource), 'spec.suspend')).toBe(true));
    await resource.change({ suspend: false });
    await eventually(async () => expect(fieldOf(await cronJobOf(resource), 'spec.suspend')).toBe(false));
  });

  test('is as it was while a schedule cannot be used, which Degraded says with what to mend', async () => {
    const resource = await filled('mistaken', { resync: { schedule: '5 4 * * *' } });
    await cronJobOf(resource);
    await resource.change({ resync: { schedule: '99 4 * * *' } });
    await eventually(async () =>
      expect(await resource.condition('Degraded')).toMatch(/^True\/ScheduleInvalid: resync\.schedule .*99/),
    );
    expect(fieldOf(await cronJobOf(resource), 'spec.schedule')).toBe('5 4 * * *');
    await expect(resource.change({ resync: { schedule: 'every night' } })).rejects.toThrow('five fields');
    await resource.change({ resync: { schedule: '@weekly' } });
    await eventually(async () => expect(await resource.condition('Degraded')).toMatch(/^False\/AsExpected/));
  });
});

describe('a resync that is asked for by annotation', () => {
  /** Without pods a Job of the schedule would never end, and what is asked for would wait for it. */
  const leapDays = { resync: { schedule: '0 0 29 2 *' } };

  /** A pod of the Job, in earnest: it compares a bucket that holds nothing with the tables. */
  async function runOf(job: KubeObject | undefined, resource: Resource): Promise<void> {
    if (!job) throw new Error('there is no Job');
    const index = cluster.openIndex(resource.spec);
    const endedAtMs = async () => (await index.resyncs.read(soon()))?.endedAtMs;
    const before = await endedAtMs();
    const worker = await startWorker(cluster, job, { storage: s3 });
    await eventually(async () => expect(await endedAtMs()).not.toBe(before));
    index.close();
    await worker.stop();
    await endOf(job);
  }

  /** No pod of the Job ever runs here, so it ends as `kubectl` can make it end. */
  async function endOf(job: KubeObject): Promise<void> {
    await cluster.client.remove(JOB, keyOf(job), { propagation: 'Background' }, soon());
  }

  const untilHandled = (resource: Resource, value: string) =>
    eventually(async () => expect((await resource.status()).handledResync).toBe(value));

  test('is started once for each value', async () => {
    const resource = await filled('asked', leapDays);
    await resource.annotate({ [RESYNC_ANNOTATION]: 'one' });
    await untilHandled(resource, 'one');
    const [first, ...others] = await requestedJobs(resource);
    expect(others).toEqual([]);
    if (!first) throw new Error('there is no Job');
    await endOf(first);
    await resource.annotate({ 'example.com/other': 'yes', [RESYNC_ANNOTATION]: 'two' });
    await untilHandled(resource, 'two');
    const names = (await requestedJobs(resource)).map(({ metadata }) => metadata.name);
    expect(names).toHaveLength(1);
    expect(names).not.toContain(first.metadata.name);
  });

  test('is told when it has ended; what is too much to remove waits until it is confirmed', async () => {
    const storage = { endpoint: s3.endpoint, forcePathStyle: true };
    const resource = await filled('emptied', { ...leapDays, storage });
    const index = cluster.openIndex(resource.spec);
    const records = index.records(8);
    for (let at = 0; at < 25; at += 1) {
      const record = recordOf(`team/app-${at}`);
      await records.create({ record, epoch: 1, fingerprint: 'f', listedAtMs: 1 }, soon());
    }
    const living = async () => {
      const found: string[] = [];
      for await (const page of records.scan(1, soon()))
        for (const { record, deleted } of page) if (!deleted) found.push(record.name);
      return found.length;
    };

    await resource.annotate({ [RESYNC_ANNOTATION]: 'now' });
    await untilHandled(resource, 'now');
    await runOf((await requestedJobs(resource))[0], resource);
    await eventually(async () =>
      expect(await resource.condition('Degraded')).toMatch(
        /^True\/MassDeletion: 25 of 25 repositories are gone .*confirm-deletion=[0-9a-f]{12}$/,
      ),
    );
    expect(await living()).toBe(25);
    const { resync, lastResyncTime } = await resource.status();
    expect(resync).toMatchObject({ gone: 25, removed: 0, requests: { gets: 0 } });
    expect(lastResyncTime).toBe(resync?.endedAt);

    await resource.annotate({ [CONFIRM_ANNOTATION]: resync?.confirmation });
    const confirmed = await eventually(async () => {
      const [job] = await requestedJobs(resource);
      if (!JSON.stringify(job?.spec).includes(`--confirm-deletion=${resync?.confirmation}`)) throw new Error('no Job');
      return job;
    });
    await runOf(confirmed, resource);
    await eventually(async () => expect(await resource.condition('Degraded')).toMatch(/^False\/AsExpected/));
    expect(await living()).toBe(0);
    expect((await resource.status()).resync).toMatchObject({ removed: 25 });
    const events = await cluster.kubectl('get', 'events.events.k8s.io', '-n=default', '-o=json');
    const told: { items: { reason: string; regarding: { name: string }; note: string }[] } = JSON.parse(events);
    const ofIt = told.items.filter(({ regarding }) => regarding.name === 'emptied').map(({ reason }) => reason);
    expect(ofIt.filter((reason) => reason === 'MassDeletion')).toHaveLength(1);
    expect(ofIt.filter((reason) => reason === 'Resynced')).toHaveLength(1);
    index.close();
  });
});
