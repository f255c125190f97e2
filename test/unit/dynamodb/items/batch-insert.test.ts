import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import '../../../support/native-errors.ts';
import type { AdaptiveLimit } from '../../../../src/async/adaptive-limit.ts';
import { createRequestLimit } from '../../../../src/aws/request-limit.ts';
import { connect } from '../../../../src/dynamodb/clients.ts';
import { createBatchInsert, type Insert } from '../../../../src/dynamodb/items/batch-insert.ts';
import { createDocumentClient } from '../../../../src/dynamodb/items/document-client.ts';
import { accessTable } from '../../../../src/dynamodb/items/table-access.ts';
import { until } from '../../../support/eventually.ts';
import { credentials } from '../../../support/index/embedded-service.ts';
import { listen } from '../../../support/network/listen.ts';

const { signal } = new AbortController();
const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** What became of one statement: an error's code, or nothing. */
type Fate = string | undefined;

interface Endpoint {
  readonly insert: Insert;
  /** Of requests under way at once. */
  readonly limit: AdaptiveLimit;
  /** Names of what was asked for, one list a request. */
  readonly batches: string[][];
  /** Decides over one item. */
  fateOf: (name: string) => Fate;
  /** Answers a whole request, when it is there. */
  refusal: { readonly status: number; readonly code: string } | undefined;
  /** No request is answered before this. */
  held: Promise<void>;
}

/** An insert into a table of an endpoint that answers as it is told. */
async function endpoint(): Promise<Endpoint> {
  const batches: string[][] = [];
  const server = createServer(async (request, response) => {
    const { Statements } = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const names: string[] = Statements.map(({ Parameters }: { Parameters: { S: string }[] }) => Parameters[0]?.S);
    batches.push(names);
    await service.held;
    const { refusal, fateOf } = service;
    response.writeHead(refusal?.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' });
    const responses = names.map((name) => {
      const Code = fateOf(name);
      return Code ? { Error: { Code } } : {};
    });
    response.end(JSON.stringify(refusal ? { __type: refusal.code } : { Responses: responses }));
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  const clients = connect({ region: 'eu-west-1', endpoint: url, credentials });
  stops.push(async () => {
    clients.close();
    await new Promise((resolve) => server.close(resolve));
  });
  const limit = createRequestLimit(16);
  const access = accessTable(
    { client: createDocumentClient(clients.items), table: 't', at: url },
    { limit: limit.run },
  );
  const service: Endpoint = {
    insert: createBatchInsert(access),
    limit,
    batches,
    fateOf: () => undefined,
    refusal: undefined,
    held: Promise.resolve(),
  };
  return service;
}

const items = (count: number, fields: object = {}) =>
  Array.from({ length: count }, (_, at) => ({ name: `app-${at}`, epoch: 1, ...fields }));

const insertAll = ({ insert }: Endpoint, all: readonly { name: string }[]) =>
  Promise.all(all.map((item) => insert(() => item, signal)));

describe('inserts', () => {
  test('that come together go together, at most 25 in a request, each once', async () => {
    const service = await endpoint();
    const all = items(260);
    expect(await insertAll(service, all)).toEqual(all.map(() => true));
    expect(service.batches.flat().sort()).toEqual(all.map(({ name }) => name).sort());
    expect(service.batches.every(({ length }) => length <= 25)).toBe(true);
    expect(service.batches).toHaveLength(11);
  });

  test('of large items go in smaller company', async () => {
    const service = await endpoint();
    await insertAll(service, items(8, { text: 'x'.repeat(200 * 1024) }));
    expect(service.batches.map(({ length }) => length)).toEqual([2, 2, 2, 2]);
  });

  test('that wait for others are as they are when they are sent', async () => {
    const service = await endpoint();
    const { promise, resolve: release } = Promise.withResolvers<void>();
    service.held = promise;
    const others = insertAll(service, items(100));
    await until(() => service.batches.length === 4);
    let state = 'waiting';
    const last = service.insert(() => ({ name: state }), signal);
    state = 'sent';
    release();
    expect(await last).toBe(true);
    await others;
    expect(service.batches[4]).toEqual(['sent']);
  });

  test('leave out what has no value', async () => {
    const service = await endpoint();
    expect(await insertAll(service, items(1, { title: undefined }))).toEqual([true]);
  });

  test('that fail alone are told alone', async () => {
    const service = await endpoint();
    service.fateOf = (name) => (name === 'app-1' ? 'DuplicateItem' : name === 'app-2' ? 'ThrottlingError' : undefined);
    expect(await insertAll(service, items(6))).toEqual([true, false, false, true, true, true]);
    expect(await insertAll(service, items(1))).toEqual([true]);
  });

  test.each(['ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'of which one fails by %s are followed by fewer at once, and go on',
    async (code) => {
      const service = await endpoint();
      service.fateOf = (name) => (name === 'app-1' ? code : undefined);
      expect(await insertAll(service, items(3))).toEqual([true, false, true]);
      expect(service.limit.current()).toBe(8);
      expect(await insertAll(service, items(1))).toEqual([true]);
    },
  );

  test('that fail for what is there do not slow down others', async () => {
    const service = await endpoint();
    service.fateOf = (name) => (name === 'app-1' ? 'DuplicateItem' : undefined);
    await insertAll(service, items(3));
    expect(service.limit.current()).toBe(16);
  });

  test.each([
    [400, 'UnknownOperationException'],
    [400, 'AccessDeniedException'],
    [400, 'ValidationException'],
  ])('are given up where the endpoint answers %d %s', async (status, code) => {
    const service = await endpoint();
    service.refusal = { status, code };
    expect(await insertAll(service, items(3))).toEqual([false, false, false]);
    expect(await insertAll(service, items(3))).toEqual([false, false, false]);
    expect(service.batches).toHaveLength(1);
  });

  test.each([
    [400, 'ThrottlingException'],
    [500, 'InternalServerError'],
  ])('go on after an answer of %d %s', async (status, code) => {
    const service = await endpoint();
    service.refusal = { status, code };
    expect(await insertAll(service, items(3))).toEqual([false, false, false]);
    service.refusal = undefined;
    expect(await insertAll(service, items(3))).toEqual([true, true, true]);
  });

  test('are given up where most keys are there already', async () => {
    const service = await endpoint();
    service.fateOf = () => 'DuplicateItem';
    await insertAll(service, items(3));
    expect(await insertAll(service, items(3))).toEqual([false, false, false]);
    expect(service.batches).toHaveLength(1);
  });
});
