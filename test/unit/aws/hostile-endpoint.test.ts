import '../../support/native-errors.ts';
import { createServer, type RequestListener } from 'node:http';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createAwsCaller } from '../../../src/aws/call.ts';
import { createDynamoClient } from '../../../src/aws/clients.ts';
import { createDynamoPost } from '../../../src/aws/dynamo-post.ts';
import { createS3Client, createS3Get } from '../../../src/aws/s3-get.ts';
import { createS3Storage } from '../../../src/storage/drivers/s3-storage.ts';
import { loggedError } from '../../../src/telemetry/log-error.ts';
import { ATTACK_NAMES, attack, FEW_BYTES } from '../../support/network/hostile-server.ts';
import { listen } from '../../support/network/listen.ts';

/** What an endless answer takes; on a machine with much to do a request may take seconds to leave. */
const TIMEOUT_MS = 3_000;

const never = new AbortController().signal;
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: `FwoGZXIvYXdz${'Token+/'.repeat(30)}`,
};
const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Asks for something of a DynamoDB at an endpoint, once, and gives up soon. */
function askDynamoDb(endpoint: string, keys: typeof credentials | (() => Promise<typeof credentials>) = credentials) {
  const client = createDynamoClient({
    region: 'eu-west-1',
    endpoint,
    credentials: keys as typeof credentials,
    maxAttempts: 1,
  });
  const call = createAwsCaller({ thing: 'table t', at: endpoint }, { timeoutMs: TIMEOUT_MS });
  return call.once((options) => client.send(new DescribeTableCommand({ TableName: 't' }), options), never);
}

/** The same of its items. */
async function askForItems(endpoint: string) {
  const client = createDynamoClient({ region: 'eu-west-1', endpoint, credentials });
  const { post, close } = createDynamoPost(client, { now: Date.now, onDate: () => undefined });
  stops.push(async () => close());
  const call = createAwsCaller({ thing: 'table t', at: endpoint }, { timeoutMs: TIMEOUT_MS });
  return call.once(({ abortSignal }) => post('Scan', '{"TableName":"t"}', abortSignal), never);
}

function storageAt(endpoint: string) {
  const client = createS3Client({ region: 'eu-west-1', endpoint, credentials, forcePathStyle: true });
  const get = createS3Get(client, 'my-registry');
  return createS3Storage({ get, bucket: 'my-registry', at: endpoint, timeoutMs: TIMEOUT_MS, attempts: 1 });
}

const ways = {
  DynamoDB: (url: string): Promise<unknown> => askDynamoDb(url),
  'items of DynamoDB': (url: string): Promise<unknown> => askForItems(url),
  'a listing': (url: string): Promise<unknown> => storageAt(url).list({ prefix: '' }, never),
  'an object': (url: string): Promise<unknown> => storageAt(url).get('key', 1_000, never),
};

describe('an endpoint that is asked for', () => {
  const attacks = ATTACK_NAMES.filter((name) => name !== 'JSON of something else');
  const cases = Object.entries(ways).flatMap(([what, ask]) => attacks.map((name) => ({ what, name, ask })));

  test.concurrent.each(cases)('$what may send $name', async ({ what, name, ask }) => {
    const { outcome, requests, written } = await attack(name, ask);
    const isBody = /^(a body of|a body in|a gigabyte)/.test(name);
    if (what === 'an object' && isBody) expect(outcome).toMatchObject({ kind: 'tooLarge' });
    else expect(outcome).toMatchObject({ name: 'ServiceError' });
    expect(requests).toHaveLength(1);
    if (isBody || name.startsWith('an error')) expect(written).toBeLessThan(2 * FEW_BYTES);
  });
});

/** All that a request says, in every place of an answer where an SDK looks for words. */
const echo =
  (status: number, type: string): RequestListener =>
  (request, response) => {
    const said = request.rawHeaders.join(': ').replace(/[<&]/g, '');
    const header = `${request.headers.authorization} ${request.headers['x-amz-security-token']}`;
    const bodies: Record<string, string> = {
      json: JSON.stringify({ __type: header, code: header, message: said, Message: said }),
      xml: `<Error><Code>${header}</Code><Message>${said}</Message></Error>`,
      text: `${said}\n`,
      brokenJson: `{"__type": "${header}", ${said}`,
    };
    response.writeHead(status, {
      'x-amzn-errortype': header,
      'x-amzn-requestid': header,
      'x-amz-bucket-region': header,
    });
    response.end(bodies[type]);
  };

describe.each(Object.entries(ways))('an endpoint that repeats the request for %s', (_, ask) => {
  const cases = [200, 301, 307, 400, 403, 404, 500, 503].flatMap((status) =>
    ['json', 'xml', 'text', 'brokenJson'].map((type) => [status, type] as const),
  );

  test.each(cases)('with %i as %s tells neither log nor condition of it', async (status, type) => {
    const server = createServer(echo(status, type));
    const url = `http://127.0.0.1:${await listen(server)}`;
    stops.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const outcome = await ask(url).catch((error: unknown) => error);
    if (!(outcome instanceof Error)) return;
    const told = JSON.stringify([loggedError(outcome), 'failure' in outcome ? outcome.failure : outcome]);
    for (const secret of [credentials.accessKeyId, credentials.sessionToken.slice(0, 20), 'Signature', 'SignedHeaders'])
      expect(told).not.toContain(secret);
  });
});

test.concurrent('credentials that are never handed out hold a request no longer than its time', async () => {
  const asked = askDynamoDb('http://127.0.0.1:1', () => new Promise(() => undefined));
  await expect(asked).rejects.toMatchObject({ failure: { kind: 'retryable' } });
});
