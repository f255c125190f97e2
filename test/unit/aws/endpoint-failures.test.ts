import '../../support/native-errors.ts';
import { createServer, type RequestListener } from 'node:http';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createAwsCaller } from '../../../src/aws/call.ts';
import { createDynamoClient } from '../../../src/aws/clients.ts';
import { createDynamoPost } from '../../../src/aws/dynamo-post.ts';
import { ServiceError } from '../../../src/aws/errors.ts';
import { createS3Client, createS3Get } from '../../../src/aws/s3-get.ts';
import { listen } from '../../support/network/listen.ts';

const signal = AbortSignal.timeout(30 * 60_000);
const credentials = { accessKeyId: 'test', secretAccessKey: 'test-secret' };
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const NO_TUNNEL = 'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n';

/** The port of a server that answers everything in one way, and makes no tunnels. */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  server.on('connect', (_, socket) => socket.end(NO_TUNNEL));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return listen(server);
}

/** Asks for a table, and for items: both ways tell the same. Time enough for an answer, unless there is none. */
async function failureAt(endpoint: string, timeoutMs = 120_000) {
  const client = createDynamoClient({ region: 'eu-west-1', endpoint, credentials, maxAttempts: 1 });
  const { post, close } = createDynamoPost(client, { now: Date.now, onDate: () => undefined });
  const call = createAwsCaller({ thing: 'table t', at: endpoint }, { timeoutMs });
  const command = new DescribeTableCommand({ TableName: 't' });
  const [table, items] = await Promise.all([
    failureOf(call.once((options) => client.send(command, options), signal)),
    failureOf(call.once(({ abortSignal }) => post('Scan', '{}', abortSignal), signal)),
  ]);
  client.destroy();
  close();
  expect(items).toEqual(table);
  return items;
}

async function failureOf(request: Promise<unknown>) {
  const error: unknown = await request.then(
    () => Promise.reject(new Error('it answered')),
    (reason) => reason,
  );
  if (!(error instanceof ServiceError)) throw error;
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

describe('a proxy that refuses', () => {
  afterEach(() => {
    delete process.env.HTTP_PROXY;
    delete process.env.HTTPS_PROXY;
  });

  test.each(['http', 'https'])('an object that is asked for by %s', async (scheme) => {
    const proxy = `http://127.0.0.1:${await serve(page(407))}`;
    Object.assign(process.env, { HTTP_PROXY: proxy, HTTPS_PROXY: proxy });
    const endpoint = `${scheme}://s3.example.com:9000`;
    const client = createS3Client({ region: 'eu-west-1', endpoint, credentials, forcePathStyle: true });
    const get = createS3Get(client, 'images');
    const call = createAwsCaller({ thing: 'bucket images', at: endpoint });
    const asked = call.once(({ abortSignal }) => get({ key: 'a' }, abortSignal), signal);
    await expect(asked).rejects.toMatchObject({ failure: { kind: 'denied', reason: 'ProxyRefused' } });
    client.destroy();
  });

  test.each(['http', 'https'])('items that are asked for by %s', async (scheme) => {
    const proxy = `http://127.0.0.1:${await serve(page(407))}`;
    Object.assign(process.env, { HTTP_PROXY: proxy, HTTPS_PROXY: proxy });
    expect(await failureAt(`${scheme}://dynamodb.example.com:9000`)).toMatchObject({
      kind: 'denied',
      reason: 'ProxyRefused',
    });
  });
});
