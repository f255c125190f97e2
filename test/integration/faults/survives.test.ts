import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import '../../support/native-errors.ts';
import { openIndex } from '../../../src/dynamodb/open.ts';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import { createArtefactReader } from '../../../src/indexer/artefacts/reader.ts';
import { runWorker } from '../../../src/indexer/backfill/worker.ts';
import { refreshRepository } from '../../../src/indexer/repository/refresh.ts';
import { openLayout, openStorage } from '../../../src/storage/open.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { push } from '../../env/push.ts';
import {
  artefactOf,
  CHART,
  type FaultStage,
  NAMES,
  type NewTables,
  recordsIn,
  startFaultStage,
  tagsByRegistry,
  tagsOf,
} from '../../support/faults/stage.ts';
import type { Decide, Fate, SeenRequest } from '../../support/network/faulty-proxy.ts';
import { deleteByApi, digestByApi } from '../../support/registry/registry-api.ts';

const running = new AbortController().signal;
let stage: FaultStage;
let undisturbed: Map<string, RepositoryRecord>;
let tables: NewTables;
let made = 0;
/** Whether what was to happen during a backfill has. */
let acted = false;

beforeAll(async () => {
  stage = await startFaultStage();
  tables = await newTables();
  await backfill();
  undisturbed = await recordsIn(tables);
});

afterEach(() => {
  stage.storage.heal();
  stage.tables.heal();
});

afterAll(() => stage?.stop());

async function newTables(): Promise<NewTables> {
  made += 1;
  return stage.newTables(`faults-${made}`);
}

/** One worker over the whole registry, through both proxies. */
async function backfill() {
  const { source, s3Credentials, tableCredentials } = stage;
  const index = openIndex({ location: tables.location, credentials: tableCredentials });
  const state = await tables.index.ownership.read(running);
  if (state.kind !== 'ours') throw new Error(`the tables are ${state.kind}`);
  const options = {
    index,
    source,
    credentials: s3Credentials,
    ownership: state.ownership,
    worker: { index: 0, count: 1 },
  };
  const summary = await runWorker({ ...options, concurrency: 8, log: createLogger({ level: 'silent' }) }, running);
  index.close();
  return summary;
}

/** What a notification would do, past the proxies of the table. */
async function reread(name: string) {
  const { source, s3Credentials } = stage;
  const layout = openLayout({ storage: openStorage(source, s3Credentials), source, now: Date.now });
  const deps = { layout, artefacts: createArtefactReader(layout), records: tables.index.records(4), epoch: 1 };
  return refreshRepository(deps, name, running);
}

/** Every n-th request fails so, if it is one of those. */
function every(n: number, fate: Fate, concerns: (request: SeenRequest) => boolean = () => true): Decide {
  let seen = 0;
  return (request) => {
    if (concerns(request)) seen += 1;
    return concerns(request) && seen % n === 0 ? fate : { kind: 'pass' };
  };
}

const s3Error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;
const dynamoError = (type: string) => JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}` });
const isWrite = ({ operation }: SeenRequest) => ['PutItem', 'BatchExecuteStatement'].includes(operation);

/** The first write that has this name in it waits for what is done meanwhile. */
function beforeWriteOf(name: string, act: () => Promise<unknown>): Decide {
  acted = false;
  return async (request) => {
    const concerned = !acted && isWrite(request) && request.body.includes(`"${name}"`);
    if (concerned) {
      acted = true;
      await act();
    }
    return { kind: 'pass' };
  };
}

test('an undisturbed backfill finds what the registry itself tells', async () => {
  expect(tagsOf(undisturbed)).toEqual(await tagsByRegistry(stage.registryUrl, [...NAMES, CHART]));
});

describe('the index is that of an undisturbed backfill when the bucket', () => {
  test.each<[string, Fate]>([
    ['asks to slow down', { kind: 'refuse', status: 503, body: s3Error('SlowDown') }],
    ['fails inside', { kind: 'refuse', status: 500, body: s3Error('InternalError') }],
    ['resets connections', { kind: 'reset' }],
    ['cuts answers off', { kind: 'truncate' }],
    ['answers late', { kind: 'slow', ms: 300 }],
  ])('%s', async (_, fate) => {
    tables = await newTables();
    stage.storage.plan(every(6, fate));
    expect(await backfill()).toMatchObject({ outcome: 'complete', report: { errorCount: 0 } });
    expect(stage.storage.struck()).toBeGreaterThan(5);
    expect(await recordsIn(tables)).toEqual(undisturbed);
  });

  test('has ETags that are those of something else', async () => {
    tables = await newTables();
    const other = createHash('md5').update('something else').digest('hex');
    const rewrite = (body: string) => body.replace(/[0-9a-f]{32}(?=(&#34;|&quot;|")?<\/ETag>)/g, other);
    stage.storage.plan(() => ({ kind: 'rewrite', rewrite }));
    expect(await backfill()).toMatchObject({ outcome: 'complete', report: { errorCount: 0 } });
    expect(await recordsIn(tables)).toEqual(undisturbed);
  });
});

describe('the index is that of an undisturbed backfill when DynamoDB', () => {
  test.each<[string, Fate]>([
    ['throttles', { kind: 'refuse', status: 400, body: dynamoError('ProvisionedThroughputExceededException') }],
    ['throttles the account', { kind: 'refuse', status: 400, body: dynamoError('ThrottlingException') }],
    ['fails inside', { kind: 'refuse', status: 500, body: dynamoError('InternalServerError') }],
    ['does not know PartiQL', { kind: 'refuse', status: 400, body: dynamoError('UnknownOperationException') }],
  ])('%s', async (reason, fate) => {
    tables = await newTables();
    const onlyBatches = reason.includes('PartiQL');
    stage.tables.plan(
      onlyBatches ? every(1, fate, ({ operation }) => operation === 'BatchExecuteStatement') : every(3, fate),
    );
    expect(await backfill()).toMatchObject({ outcome: 'complete', report: { errorCount: 0 } });
    expect(stage.tables.struck()).toBeGreaterThan(0);
    expect(await recordsIn(tables)).toEqual(undisturbed);
  });

  test('loses answers to writes that it has done', async () => {
    tables = await newTables();
    stage.tables.plan(every(2, { kind: 'lose' }, isWrite));
    expect(await backfill()).toMatchObject({ outcome: 'complete', report: { errorCount: 0 } });
    expect(stage.tables.struck()).toBeGreaterThan(0);
    expect(await recordsIn(tables)).toEqual(undisturbed);
  });
});

describe('credentials that expire', () => {
  test.each([
    ['of the bucket', 'storage', { kind: 'refuse', status: 400, body: s3Error('ExpiredToken') }],
    ['of the tables', 'tables', { kind: 'refuse', status: 400, body: dynamoError('ExpiredTokenException') }],
  ] as const)('%s end a worker with that reason, and the next one finishes with good ones', async (_, side, fate) => {
    tables = await newTables();
    stage[side].plan(({ number }) => (number > 12 ? fate : { kind: 'pass' }));
    expect(await backfill()).toMatchObject({
      outcome: 'failed',
      failure: { kind: 'denied', reason: 'CredentialsExpired' },
    });
    stage[side].heal();
    expect(await backfill()).toMatchObject({ outcome: 'complete', report: { percent: 100 } });
    expect(await recordsIn(tables)).toEqual(undisturbed);
  });
});

describe('while a backfill is under way', () => {
  const names = ['moving/a', 'moving/b'];
  const [moved = '', bystander = ''] = names;

  async function expectTruth(): Promise<void> {
    const truth = await tagsByRegistry(stage.registryUrl, [...NAMES, CHART, ...names]);
    expect(tagsOf(await recordsIn(tables))).toEqual(truth);
  }

  test.each<[string, () => Promise<unknown>]>([
    ['a push', () => push(stage.registryUrl, moved, 'v2', artefactOf('pushed'))],
    ['a retag', () => push(stage.registryUrl, moved, 'v1', artefactOf('retagged'))],
  ])('%s wins over what was read before', async (_, act) => {
    tables = await newTables();
    for (const name of names) await push(stage.registryUrl, name, 'v1', artefactOf(name));
    stage.tables.plan(
      beforeWriteOf(moved, async () => {
        await act();
        await reread(moved);
      }),
    );
    expect(await backfill()).toMatchObject({ outcome: 'complete' });
    expect(acted).toBe(true);
    await expectTruth();
  });

  test('a deletion wins over what was read before', async () => {
    tables = await newTables();
    for (const name of names) await push(stage.registryUrl, name, 'v1', artefactOf(name));
    stage.tables.plan(
      beforeWriteOf(moved, async () => {
        for (const tag of ['v1', 'v2']) {
          const digest = await digestByApi(stage.registryUrl, moved, tag);
          if (digest.startsWith('sha256:')) await deleteByApi(stage.registryUrl, moved, digest);
        }
        await reread(moved);
      }),
    );
    expect(await backfill()).toMatchObject({ outcome: 'complete' });
    expect(acted).toBe(true);
    await expectTruth();
  });

  test('what appears and vanishes between two listings harms nothing else, and is right when read again', async () => {
    tables = await newTables();
    for (const name of names) await push(stage.registryUrl, name, 'v1', artefactOf(name));
    stage.storage.plan(async ({ number }) => {
      if (number === 4) {
        await push(stage.registryUrl, 'moving/new', 'v1', artefactOf('new'));
        await deleteByApi(stage.registryUrl, bystander, await digestByApi(stage.registryUrl, bystander, 'v1'));
      }
      return { kind: 'pass' };
    });
    expect(await backfill()).toMatchObject({ outcome: 'complete' });
    const found = await recordsIn(tables);
    for (const [name, record] of undisturbed) expect(found.get(name)).toEqual(record);
    for (const name of [...names, 'moving/new']) await reread(name);
    expect(tagsOf(await recordsIn(tables))).toEqual(
      await tagsByRegistry(stage.registryUrl, [...NAMES, CHART, ...names, 'moving/new']),
    );
  });
});
