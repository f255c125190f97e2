import { describe, expect, test } from '@jest/globals';
import { createEventRecorder } from '../../../../src/kube/events/events.ts';
import { createObjectApi, type ObjectApi } from '../../../support/kube/object-api.ts';
import { silentLog } from '../../../support/silent-log.ts';

const subject = { apiVersion: 'example.dev/v1', kind: 'Thing', metadata: { namespace: 'team', name: 'a', uid: 'u1' } };
const ready = { type: 'Normal', reason: 'Ready', action: 'Reconcile', note: 'All is well' } as const;

function setUp(api: ObjectApi = createObjectApi()) {
  const client = api.client();
  const clock = { nowMs: Date.parse('2026-01-02T03:04:05.678Z') };
  const source = { component: 'example.dev/operator', instance: 'operator-0' };
  const recorder = createEventRecorder({ client, ...source, now: () => clock.nowMs, log: silentLog });
  return { api, client, clock, recorder };
}

test('an event has its reporter, its text and its object', async () => {
  const { api, recorder } = setUp();
  recorder.record(subject, ready);
  await recorder.flush();
  expect(api.all()).toEqual([
    expect.objectContaining({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: expect.objectContaining({ namespace: 'team', name: expect.stringMatching(/^a\.[0-9a-f]{16}$/) }),
      eventTime: '2026-01-02T03:04:05.678000Z',
      reportingController: 'example.dev/operator',
      reportingInstance: 'operator-0',
      regarding: { apiVersion: 'example.dev/v1', kind: 'Thing', namespace: 'team', name: 'a', uid: 'u1' },
      ...ready,
    }),
  ]);
});

describe('the same event', () => {
  test('is recorded once, and counted at most every ten minutes while it goes on', async () => {
    const { api, clock, recorder } = setUp();
    for (let minute = 0; minute < 10; minute++) {
      recorder.record(subject, ready);
      await recorder.flush();
      clock.nowMs += 60_000;
    }
    expect(api.all()).toHaveLength(1);
    expect(api.all()[0]).not.toHaveProperty('series');
    recorder.record(subject, ready);
    await recorder.flush();
    expect(api.all()).toHaveLength(1);
    expect(api.all()[0]).toMatchObject({ series: { count: 11, lastObservedTime: '2026-01-02T03:14:05.678000Z' } });
  });

  test('is not recorded again by another process, or after a restart', async () => {
    const first = setUp();
    first.recorder.record(subject, ready);
    await first.recorder.flush();
    const second = setUp(first.api);
    second.recorder.record(subject, ready);
    await second.recorder.flush();
    expect(first.api.all()).toHaveLength(1);
  });

  test('is recorded again when the server has deleted it', async () => {
    const { clock, recorder, client } = setUp();
    recorder.record(subject, ready);
    await recorder.flush();
    const elsewhere = createObjectApi();
    Object.assign(client, elsewhere.client());
    clock.nowMs += 3_600_000;
    recorder.record(subject, ready);
    await recorder.flush();
    expect(elsewhere.all()).toHaveLength(1);
  });

  test('about another object, for another reason or with another note is another event', async () => {
    const { api, recorder } = setUp();
    recorder.record(subject, ready);
    recorder.record({ ...subject, metadata: { ...subject.metadata, name: 'b', uid: 'u2' } }, ready);
    recorder.record(subject, { ...ready, reason: 'Degraded' });
    recorder.record(subject, { ...ready, note: 'All is very well' });
    await recorder.flush();
    expect(api.all()).toHaveLength(4);
  });
});

test('a note is cut to the kilobyte that the API takes, and not within a character', async () => {
  const { api, recorder } = setUp();
  recorder.record(subject, { ...ready, note: '€'.repeat(1_000) });
  await recorder.flush();
  const note = String(api.all()[0]?.note);
  expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1_024);
  expect(note).toMatch(/^€{300,}…$/);
});

test('an event that could not be recorded is recorded the next time, and no caller fails', async () => {
  const { api, client, recorder } = setUp();
  client.cut = true;
  recorder.record(subject, ready);
  await recorder.flush();
  expect(api.all()).toEqual([]);
  client.cut = false;
  recorder.record(subject, ready);
  await recorder.flush();
  expect(api.all()).toHaveLength(1);
});
