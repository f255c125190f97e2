import '../../support/native-errors.ts';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import { createDynamoClient } from '../../../src/aws/clients.ts';
import { createDynamoPost, type DynamoPost } from '../../../src/aws/dynamo-post.ts';
import { listen } from '../../support/network/listen.ts';

const { signal } = new AbortController();
const credentials = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'session' };
const NOW_MS = Date.parse('2026-06-01T12:00:00Z');
const BODY = '{"TableName":"t"}';

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let asked: Asked[];
let answer: { readonly status: number; readonly headers?: Record<string, string>; readonly body: string };
let posts: DynamoPost[];
let dates: (string | undefined)[];

beforeEach(() => {
  asked = [];
  dates = [];
  posts = [];
  answer = { status: 200, body: '{"Items":[]}' };
  server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    asked.push({ method, url, headers, body: Buffer.concat(await request.toArray()).toString() });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
});

afterEach(async () => {
  for (const { close } of posts) close();
  await new Promise((resolve) => server.close(resolve));
});

function postBy(client: DynamoDBClient): DynamoPost {
  const made = createDynamoPost(client, { now: () => NOW_MS, onDate: (date) => dates.push(date) });
  posts.push(made);
  return made;
}

async function start(path = ''): Promise<DynamoPost> {
  const endpoint = `http://127.0.0.1:${await listen(server)}${path}`;
  return postBy(createDynamoClient({ region: 'eu-west-1', endpoint, credentials }));
}

describe('a request', () => {
  test('is signed for DynamoDB with the keys of the client, at the time of the service', async () => {
    const { post } = await start();
    await post('Scan', BODY, signal);
    const [request] = asked;
    if (!request) throw new Error('nothing was asked');
    expect(request).toMatchObject({ method: 'POST', url: '/', body: BODY });
    expect(request.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.Scan',
      'x-amz-date': '20260601T120000Z',
      'x-amz-security-token': 'session',
      authorization: await signatureOf(request),
    });
  });

  test('goes below the path of the endpoint', async () => {
    const { post } = await start('/dynamo');
    await post('Scan', BODY, signal);
    expect(asked).toMatchObject([{ url: '/dynamo' }]);
  });

  test('is sent with credentials that were not there the first time', async () => {
    let fails = true;
    const endpoint = `http://127.0.0.1:${await listen(server)}`;
    const provider = async () => {
      if (fails) throw Object.assign(new Error('none'), { name: 'CredentialsProviderError' });
      return credentials;
    };
    const { post } = postBy(new DynamoDBClient({ region: 'eu-west-1', endpoint, credentials: provider }));
    await expect(post('Scan', BODY, signal)).rejects.toMatchObject({ name: 'CredentialsProviderError' });
    fails = false;
    expect(await post('Scan', BODY, signal)).toEqual({ Items: [] });
  });

  test('that is aborted ends at once', async () => {
    const { post } = await start();
    await expect(post('Scan', BODY, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

/** Of the same request, worked out once more. */
async function signatureOf({ body, headers }: Asked): Promise<string | undefined> {
  const { config } = createDynamoClient({ region: 'eu-west-1', endpoint: 'http://127.0.0.1', credentials });
  const signer = new SignatureV4({ ...config, service: 'dynamodb' });
  const names = ['host', 'content-type', 'x-amz-target', 'user-agent'];
  const request = {
    ...{ method: 'POST', protocol: 'http:', hostname: '127.0.0.1', path: '/', query: {}, body },
    headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
  };
  return (await signer.sign(request, { signingDate: new Date(NOW_MS) })).headers.authorization;
}

describe('an answer', () => {
  test('tells its date, that of a refusal too', async () => {
    const date = 'Mon, 01 Jun 2026 12:00:00 GMT';
    const { post } = await start();
    answer = { status: 200, headers: { date }, body: '{}' };
    await post('Scan', BODY, signal);
    answer = { status: 400, headers: { date }, body: '{}' };
    await post('Scan', BODY, signal).catch(() => undefined);
    expect(dates).toEqual([date, date]);
  });

  test.each([
    ['its type', { body: '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}' }],
    ['its type alone', { body: '{"__type":"ResourceNotFoundException"}' }],
    ['its code', { body: '{"code":"ResourceNotFoundException"}' }],
    ['a header', { headers: { 'x-amzn-errortype': 'ResourceNotFoundException:http://internal/' }, body: 'no JSON' }],
  ])('that is an error is named by %s', async (_, refusal) => {
    const { post } = await start();
    answer = { status: 400, ...refusal };
    await expect(post('Scan', BODY, signal)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test.each(['no JSON', '', '[]', '{"__type":17}', '{"__type":"<html>"}'])(
    'that is an error and says %p has its status',
    async (body) => {
      const { post } = await start();
      answer = { status: 503, body };
      await expect(post('Scan', BODY, signal)).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    },
  );
});
