import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { runWhenLeader } from '../../../../src/kube/lease/leader-election.ts';
import { newLease, readLease } from '../../../../src/kube/lease/lease-record.ts';
import { LEASE, type ObjectKey } from '../../../../src/kube/resource.ts';
import { createObjectApi, type ObjectApi } from '../../../support/kube/object-api.ts';
import { createVirtualTime, type VirtualTime } from '../../../support/kube/virtual-time.ts';
import { silentLog } from '../../../support/silent-log.ts';

const lease: ObjectKey = { namespace: 'system', name: 'operator' };

/** A standby looks every 2 to 4 s: so late it may see the last renewal, and again that the lease has expired. */
const SEEN_LATE_MS = 4_000 + 4_000 + 2_200;

interface Cluster {
  readonly api: ObjectApi;
  readonly time: VirtualTime;
}

function createCluster(): Cluster {
  return { api: createObjectApi(), time: createVirtualTime() };
}

/** A process that stands for leader and whose work ends when its signal aborts. */
function contend({ api, time }: Cluster, identity: string) {
  const client = api.client();
  const clock = time.clock();
  const stop = new AbortController();
  const terms: { signal: AbortSignal; isLeading: () => boolean }[] = [];
  const gauge: boolean[] = [];
  const finish = { wait: Promise.resolve() };
  const metrics = { leading: (_name: string, isLeader: boolean) => void gauge.push(isLeader) };
  const lead = async (signal: AbortSignal, isLeading: () => boolean) => {
    terms.push({ signal, isLeading });
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await finish.wait;
  };
  const ended = runWhenLeader({ client, lease, identity, log: silentLog, clock, metrics }, lead, stop.signal);
  const end = async () => {
    stop.abort();
    await ended;
  };
  const isLeading = () => terms.at(-1)?.isLeading() === true && terms.at(-1)?.signal.aborted === false;
  return { client, clock, terms, gauge, finish, stop, ended, end, isLeading };
}

function holderOf({ api }: Cluster): string | undefined {
  const object = api.read(lease);
  return object && readLease(object).holder;
}

describe('two contenders', () => {
  test('one leads, the other stands by for as long as the lease is renewed', async () => {
    const cluster = createCluster();
    const a = contend(cluster, 'a');
    await cluster.time.advance(10);
    const b = contend(cluster, 'b');
    await cluster.time.advance(3_600_000);
    expect([a.isLeading(), b.isLeading()]).toEqual([true, false]);
    expect([a.terms.length, b.terms.length]).toEqual([1, 0]);
    expect([a.gauge, b.gauge]).toEqual([[false, true], [false]]);
    await Promise.all([a.end(), b.end()]);
    expect(a.gauge.at(-1)).toBe(false);
  });

  test('a leader that stops releases the lease, and the other need not wait for it to expire', async () => {
    const cluster = createCluster();
    const a = contend(cluster, 'a');
    await cluster.time.advance(10);
    const b = contend(cluster, 'b');
    await cluster.time.advance(10_000);
    await a.end();
    expect(holderOf(cluster)).toBe('');
    await cluster.time.advance(4_000);
    expect(b.isLeading()).toBe(true);
    await b.end();
  });

  test('a dead leader is replaced after the lease has not changed for its whole duration, and not earlier', async () => {
    const cluster = createCluster();
    const a = contend(cluster, 'a');
    await cluster.time.advance(10);
    const b = contend(cluster, 'b');
    await cluster.time.advance(60_000);
    a.clock.pause();
    await cluster.time.advance(12_900);
    expect(b.terms).toHaveLength(0);
    await cluster.time.advance(SEEN_LATE_MS);
    expect(b.isLeading()).toBe(true);
    expect(holderOf(cluster)).toBe('b');
    a.clock.resume();
    await Promise.all([a.end(), b.end()]);
  });

  test('a candidate finds a lease expired by its own clock alone, whatever times the lease carries', async () => {
    const cluster = createCluster();
    const ancient = { identity: 'gone', leaseMs: 15_000, nowMs: 0 };
    await cluster.api.client().create(LEASE, newLease(lease, ancient), new AbortController().signal);
    const a = contend(cluster, 'a');
    await cluster.time.advance(14_900);
    expect(a.terms).toHaveLength(0);
    await cluster.time.advance(4_200);
    expect(a.isLeading()).toBe(true);
    await a.end();
  });
});

describe('a leader', () => {
  test('that cannot renew gives up before anybody else can lead, and stands by again', async () => {
    const cluster = createCluster();
    const a = contend(cluster, 'a');
    await cluster.time.advance(10);
    const b = contend(cluster, 'b');
    await cluster.time.advance(60_000);
    a.client.cut = true;
    await cluster.time.advance(10_000);
    expect(a.terms[0]?.signal.aborted).toBe(true);
    expect(b.terms).toHaveLength(0);
    await cluster.time.advance(SEEN_LATE_MS + 3_000);
    expect(b.isLeading()).toBe(true);
    a.client.cut = false;
    await b.end();
    await cluster.time.advance(5_000);
    expect(a.isLeading()).toBe(true);
    expect(a.terms).toHaveLength(2);
    await a.end();
  });

  test('that was paused stops leading before its timers fire', async () => {
    const cluster = createCluster();
    const a = contend(cluster, 'a');
    await cluster.time.advance(10);
    const b = contend(cluster, 'b');
    await cluster.time.advance(5_000);
    a.clock.pause();
    await cluster.time.advance(60_000);
    expect(b.isLeading()).toBe(true);
    expect(a.terms[0]?.signal.aborted).toBe(false);
    expect(a.isLeading()).toBe(false);
    a.clock.resume();
    await cluster.time.advance(1);
    expect(a.terms[0]?.signal.aborted).toBe(true);
    await Promise.all([a.end(), b.end()]);
  });

  test('whose lease another has taken loses it with the next renewal', async () => {
    const cluster = createCluster();
    const a = contend(cluster, 'a');
    await cluster.time.advance(10);
    const thief = { spec: { holderIdentity: 'thief' } };
    await cluster.api.client().patch(LEASE, lease, thief, new AbortController().signal);
    await cluster.time.advance(4_000);
    expect(a.terms[0]?.signal.aborted).toBe(true);
    await a.end();
    expect(holderOf(cluster)).toBe('thief');
  });

  test('keeps the lease while its work winds down after a stop', async () => {
    const cluster = createCluster();
    const a = contend(cluster, 'a');
    const winding = Promise.withResolvers<void>();
    a.finish.wait = winding.promise;
    await cluster.time.advance(10);
    const b = contend(cluster, 'b');
    a.stop.abort();
    await cluster.time.advance(60_000);
    expect(holderOf(cluster)).toBe('a');
    expect(b.terms).toHaveLength(0);
    winding.resolve();
    await a.ended;
    await cluster.time.advance(4_000);
    expect(b.isLeading()).toBe(true);
    await b.end();
  });

  test('does not compete again before its work has ended', async () => {
    const cluster = createCluster();
    const a = contend(cluster, 'a');
    const winding = Promise.withResolvers<void>();
    a.finish.wait = winding.promise;
    await cluster.time.advance(10);
    a.client.cut = true;
    await cluster.time.advance(20_000);
    a.client.cut = false;
    await cluster.time.advance(60_000);
    expect(a.terms).toHaveLength(1);
    winding.resolve();
    await cluster.time.advance(20_000);
    expect(a.terms).toHaveLength(2);
    await a.end();
  });

  test('whose work fails releases the lease and passes the error on', async () => {
    const cluster = createCluster();
    const options = { client: cluster.api.client(), lease, identity: 'a', log: silentLog, clock: cluster.time.clock() };
    const failing = runWhenLeader(options, () => Promise.reject(new Error('boom')), new AbortController().signal);
    await expect(failing).rejects.toThrow('boom');
    expect(holderOf(cluster)).toBe('');
  });
});

test('whatever pauses and cut connections happen, no two lead at once', async () => {
  const fault = fc.record({
    process: fc.nat({ max: 2 }),
    kind: fc.constantFrom('pause', 'resume', 'cut', 'mend'),
    thenMs: fc.nat({ max: 20_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { maxLength: 12 }), async (faults) => {
      const cluster = createCluster();
      const processes = ['a', 'b', 'c'].map((identity) => contend(cluster, identity));
      const together: number[] = [];
      const look = () => void together.push(processes.filter(({ isLeading }) => isLeading()).length);
      for (const { process, kind, thenMs } of faults) {
        const subject = processes[process];
        if (kind === 'pause') subject?.clock.pause();
        if (kind === 'resume') subject?.clock.resume();
        if (subject && (kind === 'cut' || kind === 'mend')) subject.client.cut = kind === 'cut';
        await cluster.time.advance(thenMs, look);
      }
      for (const { clock, client } of processes) {
        clock.resume();
        client.cut = false;
      }
      await cluster.time.advance(60_000, look);
      expect(Math.max(...together)).toBe(1);
      expect(together.at(-1)).toBe(1);
      await Promise.all(processes.map(({ end }) => end()));
      await setImmediate();
    }),
    { numRuns: 50 },
  );
});
