import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Index, openIndex } from '../../../../src/dynamodb/open.ts';
import type { RecordStore } from '../../../../src/dynamodb/records/record-store.ts';
import type { RecordWrite } from '../../../../src/dynamodb/records/record-write.ts';
import { credentials, startIndex } from '../../../support/index/embedded-service.ts';
import { recordOf } from '../../../support/index/index-records.ts';
import { type FlakyProxy, startFlakyProxy } from '../../../support/network/flaky-proxy.ts';

const signal = AbortSignal.timeout(30 * 60_000);
let started: Awaited<ReturnType<typeof startIndex>>;
let proxy: FlakyProxy;
let throughProxy: Index;
let store: RecordStore;
let direct: RecordStore;
let ticks = 0;
let name = '';

beforeAll(async () => {
  started = await startIndex();
  proxy = await startFlakyProxy(started.location.endpoint ?? '');
  throughProxy = openIndex({
    location: { ...started.location, endpoint: proxy.endpoint },
    credentials,
    now: () => ++ticks,
  });
  store = throughProxy.records(4);
  direct = started.index.records(4);
});

afterAll(async () => {
  throughProxy.close();
  await proxy.stop();
  await started.stop();
});

beforeEach((): void => {
  name = `team/app-${ticks}`;
  proxy.meanwhile = async () => undefined;
});

function writeOf(fingerprint: string): RecordWrite {
  return { record: recordOf(name), epoch: 1, fingerprint, listedAtMs: 500 };
}

async function stored() {
  const found = await direct.read(name, signal);
  if (!found) throw new Error(`${name} is not there`);
  return found;
}

describe('a write', () => {
  test('that is throttled is repeated with a later date', async () => {
    proxy.plan('PutItem', 'throttle', 'throttle');
    const before = ticks;
    expect(await store.create(writeOf('f1'), signal)).toBe('written');
    const { changedAtMs, revision } = await stored();
    expect(revision).toBe(1);
    expect(changedAtMs).toBeGreaterThan(before + 2);
    expect(changedAtMs).toBe(ticks);
  });

  test('whose answer is lost counts as written, once', async () => {
    proxy.plan('PutItem', 'lose');
    expect(await store.create(writeOf('f1'), signal)).toBe('written');
    expect(await stored()).toMatchObject({ fingerprint: 'f1', revision: 1 });
  });

  test('whose answer is lost twice counts as written, once', async () => {
    await store.create(writeOf('f1'), signal);
    proxy.plan('PutItem', 'lose', 'lose');
    expect(await store.replace(writeOf('f2'), await stored(), signal)).toBe('written');
    expect(await stored()).toMatchObject({ fingerprint: 'f2', revision: 2 });
  });

  test('whose answer is lost is a conflict when somebody has written on top of it', async () => {
    proxy.plan('PutItem', 'lose');
    proxy.meanwhile = async () => void (await direct.replace(writeOf('theirs'), await stored(), signal));
    expect(await store.create(writeOf('mine'), signal)).toBe('conflict');
    expect(await stored()).toMatchObject({ fingerprint: 'theirs', revision: 2 });
  });
});

describe('a read', () => {
  test('that is throttled or lost is repeated', async () => {
    await store.create(writeOf('f1'), signal);
    proxy.plan('BatchGetItem', 'throttle', 'lose');
    expect(await store.read(name, signal)).toMatchObject({ fingerprint: 'f1' });
    proxy.plan('BatchGetItem', 'throttle');
    proxy.plan('Scan', 'lose', 'throttle');
    expect(await store.readAll([name], signal)).toHaveLength(1);
    const scanned: string[] = [];
    for await (const page of store.scan(2, signal)) scanned.push(...page.map(({ record }) => record.name));
    expect(scanned).toContain(name);
  });

  test('of more than one answer can hold is put together from several', async () => {
    const summary = 'x'.repeat(390 * 1024);
    const names = Array.from({ length: 45 }, (_, i) => `${name}/large-${i}`);
    for (const each of names) await direct.create({ ...writeOf('f1'), record: { ...recordOf(each), summary } }, signal);
    const found = await store.readAll(names, signal);
    expect(found.map(({ record }) => record.name).sort()).toEqual(names.sort());
  });
});
