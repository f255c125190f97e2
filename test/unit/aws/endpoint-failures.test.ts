import '../../support/native-errors.ts';
import { createServer, type RequestListener } from 'node:http';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test } from '@jest/globals';
import { createCaller } from '../../../src/aws/call.ts';
import { createDynamoClient } from '../../../src/aws/clients.ts';
import type { ServiceError } from '../../../src/aws/errors.ts';
import { listen } from '../../support/network/listen.ts';

const signal = AbortSignal.timeout(30 * 60_000);
const credentials = { accessKeyId: 'test', secretAccessKey: 'test-secret' };
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** The port of a server that answers everything in one way. */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return listen(server);
}

/** Time enough for an answer, unless there is none. */
async function failureAt(endpoint: string, timeoutMs = 120_000) {
  const client = createDynamoClient({ region: 'eu-west-1', endpoint, credentials, maxAttempts: 1 });
  const call = createCaller({ thing: 'table t', at: endpoint }, { timeoutMs });
  const command = new DescribeTableCommand({ TableName: 't' });
  const error: ServiceError = await call
    .once((options) => client.send(command, options), signal)
    .then(
      () => Promise.reject(new Error('it answered')),
      (reason) => reason,
    );
  client.destroy();
  return error.failure;
}

const page: (status: number) => RequestListener = (status) => (_, response) => response.writeHead(status).end('<html>');

test('a port on which nobody listens', async () => {
  const port = await serve(page(200));
  for (const stop of stops.splice(0)) await stop();
  expect(await failureAt(`http://127.0.0.1:${port}`)).toMatchObject({
    kind: 'retryable',
    reason: 'EndpointUnreachable',
  });
});

test('a host that does not exist', async () => {
  expect(await failureAt('http://nobody.invalid')).toMatchObject({ reason: 'EndpointUnknown' });
});

test('a server that never answers', async () => {
  const port = await serve(() => undefined);
  expect(await failureAt(`http://127.0.0.1:${port}`, 300)).toMatchObject({ reason: 'EndpointUnreachable' });
});

test('https to a server that speaks http', async () => {
  const port = await serve(page(200));
  expect(await failureAt(`https://127.0.0.1:${port}`)).toMatchObject({ kind: 'terminal', reason: 'EndpointInvalid' });
});

test('a web server', async () => {
  const port = await serve(page(404));
  expect(await failureAt(`http://127.0.0.1:${port}`)).toMatchObject({ kind: 'terminal', reason: 'EndpointInvalid' });
});

test('a gateway without the service behind it', async () => {
  const port = await serve(page(503));
  expect(await failureAt(`http://127.0.0.1:${port}`)).toMatchObject({ kind: 'retryable', reason: 'ServiceFailed' });
});
