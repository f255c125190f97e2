import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import '../../support/native-errors.ts';
import { connect, type DynamoClients } from '../../../src/dynamodb/clients.ts';
import { listen } from '../../support/network/listen.ts';

const OURS_MS = Date.parse('2026-06-01T12:00:00Z');
const HOUR_MS = 60 * 60_000;
const { signal } = new AbortController();

/** What the service says that it is; undefined where it does not say. */
let told: string | undefined;
let status = 200;
const server = createServer((_request, response) => {
  response.sendDate = false;
  const headers = { 'content-type': 'application/x-amz-json-1.0', ...(told === undefined ? {} : { date: told }) };
  response.writeHead(status, headers).end('{}');
});
let clients: DynamoClients;

beforeAll(async () => {
  const endpoint = `http://127.0.0.1:${await listen(server)}`;
  const credentials = { accessKeyId: 'id', secretAccessKey: 'key' };
  clients = connect({ region: 'eu-west-1', endpoint, credentials, now: () => OURS_MS });
});

afterAll(() => {
  clients.close();
  server.close();
});

/** The time by the clock of the service, in milliseconds from what ours shows, after it has answered. */
async function differenceAfter(answer: { readonly told: string | undefined; readonly status?: number }) {
  ({ told, status = 200 } = answer);
  await clients.items('Scan', { TableName: 't' }, signal).catch(() => undefined);
  return clients.now() - OURS_MS;
}

const at = (differenceMs: number) => new Date(OURS_MS + differenceMs).toUTCString();

test('the time is our own until the service has told another', async () => {
  expect(clients.now()).toBe(OURS_MS);
  expect(await differenceAfter({ told: undefined })).toBe(0);
});

test('a clock of ours that is wrong is put right by the latest answer, also by one that refuses', async () => {
  expect(await differenceAfter({ told: at(HOUR_MS) })).toBe(HOUR_MS);
  expect(await differenceAfter({ told: at(-HOUR_MS), status: 400 })).toBe(-HOUR_MS);
  expect(await differenceAfter({ told: at(0) })).toBe(0);
});

test.each([5_000, -5_000])(
  'a clock of ours that is %i ms off, as far as answers tell, is left as it is',
  async (ms) => {
    await differenceAfter({ told: at(HOUR_MS) });
    expect(await differenceAfter({ told: at(ms) })).toBe(0);
  },
);

test.each([undefined, 'no time'])('an answer that says %p of the time changes nothing', async (said) => {
  await differenceAfter({ told: at(HOUR_MS) });
  expect(await differenceAfter({ told: said })).toBe(HOUR_MS);
});
