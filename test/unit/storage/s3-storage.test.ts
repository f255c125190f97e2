import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createS3Client } from '../../../src/aws/clients.ts';
import { createS3Get } from '../../../src/aws/s3-get.ts';
import { createS3Storage } from '../../../src/storage/s3-storage.ts';
import { listen } from '../../support/listen.ts';
import '../support/native-errors.ts';

const { signal } = new AbortController();
const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A storage whose server answers every request so. */
async function storageAnswering(answer: Answer, timeoutMs = 120_000, scheme = 'http') {
  const server = createServer(answer);
  const endpoint = `${scheme}://127.0.0.1:${await listen(server)}`;
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
  const client = createS3Client({ region: 'eu-west-1', endpoint, credentials, forcePathStyle: true });
  stops.push(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const get = createS3Get(client, 'my-registry');
  return createS3Storage({ get, bucket: 'my-registry', at: endpoint, timeoutMs, attempts: 1 });
}

const xml =
  (body: string, status = 200) =>
  (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?>${body}`);
  };

const failure = (code: string, status: number) =>
  xml(`<Error><Code>${code}</Code><Message>secret</Message></Error>`, status);

const LISTING = `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
  <NextContinuationToken>next</NextContinuationToken>
  <Contents><Key>a/%01+%2B%25/%C3%A9</Key><Size>71</Size><ETag>"abc"</ETag><LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>
  <CommonPrefixes><Prefix>b+c/_</Prefix></CommonPrefixes></ListBucketResult>`;

describe('a listing', () => {
  test('has its keys decoded and its ETags without quotes', async () => {
    const storage = await storageAnswering(xml(LISTING));
    expect(await storage.list({ prefix: '' }, signal)).toEqual({
      objects: [{ key: 'a/\u0001 +%/é', size: 71, etag: 'abc', lastModifiedMs: Date.UTC(2026, 0, 2, 3, 4, 5) }],
      commonPrefixes: ['b c/_'],
      continuationToken: 'next',
    });
  });

  test('keeps the keys of a store that does not encode them', async () => {
    const storage = await storageAnswering(xml(LISTING.replace('<EncodingType>url</EncodingType>', '')));
    const { objects } = await storage.list({ prefix: '' }, signal);
    expect(objects[0]?.key).toBe('a/%01+%2B%25/%C3%A9');
  });

  test('asks for what is asked of it', async () => {
    let asked = new URLSearchParams();
    const storage = await storageAnswering((request, response) => {
      asked = new URL(request.url ?? '', 'http://host').searchParams;
      xml(LISTING)(request, response);
    });
    await storage.list({ prefix: 'p/', startAfter: 'p/a', delimiter: '/_', maxKeys: 5 }, signal);
    expect(Object.fromEntries(asked)).toMatchObject({
      prefix: 'p/',
      'start-after': 'p/a',
      delimiter: '/_',
      'max-keys': '5',
      'encoding-type': 'url',
    });
  });

  test.each([
    ['NoSuchBucket', 404, 'notFound', 'BucketNotFound'],
    ['AccessDenied', 403, 'denied', 'AccessDenied'],
    ['PermanentRedirect', 301, 'terminal', 'WrongRegion'],
    ['SlowDown', 503, 'retryable', 'Throttled'],
  ])('that ends in %s is a failure that names the bucket', async (code, status, kind, reason) => {
    const storage = await storageAnswering(failure(code, status));
    const rejected = await storage.list({ prefix: '' }, signal).catch((error: unknown) => error);
    expect(rejected).toMatchObject({ failure: { kind, reason } });
    expect(rejected).toMatchObject({ message: expect.not.stringContaining('secret') });
  });

  test.each([
    ['cut short', 'retryable', LISTING.slice(0, -30)],
    ['cut off before it begins', 'retryable', LISTING.slice(0, 7)],
    [
      'without keys, though more are to come',
      'retryable',
      '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>',
    ],
    ['no listing', 'terminal', '<html><body>Welcome</body></html>'],
  ])('that is %s is not taken for an empty one', async (_, kind, body) => {
    const storage = await storageAnswering(xml(body));
    await expect(storage.list({ prefix: '' }, signal)).rejects.toMatchObject({ failure: { kind } });
  });

  test.each([
    ['less than it promised', 'Content-Length: 500', LISTING.slice(0, 30)],
    ['less than a whole chunk', 'Transfer-Encoding: chunked', `1e\r\n${LISTING.slice(0, 10)}`],
    ['no last chunk', 'Transfer-Encoding: chunked', `1e\r\n${LISTING.slice(0, 30)}\r\n`],
    ['only the beginning, without a length', 'Server: any', '<?xml ver'],
  ])('whose connection is closed after %s may be tried again', async (_, header, body) => {
    const storage = await storageAnswering(({ socket }) => {
      socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\n${header}\r\n\r\n${body}`);
    });
    await expect(storage.list({ prefix: '' }, signal)).rejects.toMatchObject({ failure: { kind: 'retryable' } });
  });

  test('of a store that does not encode keys has what XML escapes', async () => {
    const listing = `<ListBucketResult><Contents><Key>a&amp;b&#60;c&#x3e;</Key><ETag>&quot;abc&quot;</ETag></Contents></ListBucketResult>`;
    const storage = await storageAnswering(xml(listing));
    expect(await storage.list({ prefix: '' }, signal)).toEqual({
      objects: [{ key: 'a&b<c>', size: 0, etag: 'abc', lastModifiedMs: 0 }],
      commonPrefixes: [],
      continuationToken: undefined,
    });
  });

  test('asked by https of a server that speaks http is a failure that names the endpoint', async () => {
    const storage = await storageAnswering(xml(LISTING), 5_000, 'https');
    await expect(storage.list({ prefix: '' }, signal)).rejects.toMatchObject({
      failure: { kind: 'terminal', reason: 'EndpointInvalid' },
    });
  });

  test('that is not answered in time may be tried again', async () => {
    const storage = await storageAnswering(() => undefined, 50);
    await expect(storage.list({ prefix: '' }, signal)).rejects.toMatchObject({ failure: { kind: 'retryable' } });
  });
});

describe('an object', () => {
  test('is read up to the limit', async () => {
    const storage = await storageAnswering((_, response) => response.end('hello'));
    expect(await storage.get('key', 5, signal)).toEqual({ kind: 'found', bytes: Buffer.from('hello') });
  });

  test('of 50 MB is refused by its length, and its body is not read', async () => {
    let written = 0;
    const storage = await storageAnswering((_, response) => {
      response.writeHead(200, { 'content-length': 50_000_000 });
      const chunk = Buffer.alloc(1_000_000);
      const more = () => {
        while (!response.destroyed && written < 50_000_000 && response.write(chunk)) written += chunk.length;
      };
      response.on('drain', more);
      more();
    });
    expect(await storage.get('key', 4_000_000, signal)).toEqual({ kind: 'tooLarge', size: 50_000_000 });
    expect(written).toBeLessThan(50_000_000);
  });

  test('that does not tell its length is read no further than the limit', async () => {
    const storage = await storageAnswering((_, response) => {
      response.write('123');
      response.end('456');
    });
    expect(await storage.get('key', 4, signal)).toMatchObject({ kind: 'tooLarge' });
  });

  test('that is not there is missing, but a missing bucket is a failure', async () => {
    const missing = await storageAnswering(failure('NoSuchKey', 404));
    expect(await missing.get('key', 5, signal)).toEqual({ kind: 'missing' });
    const lost = await storageAnswering(failure('NoSuchBucket', 404));
    await expect(lost.get('key', 5, signal)).rejects.toMatchObject({ failure: { reason: 'BucketNotFound' } });
  });

  test('may have any key', async () => {
    const asked: (string | undefined)[] = [];
    const storage = await storageAnswering((request, response) => {
      asked.push(request.url);
      response.end();
    });
    for (const key of ["a b+c%20/!'()*~", 'é/../\u{1f40b}']) await storage.get(key, 5, signal);
    expect(asked).toEqual(['/my-registry/a%20b%2Bc%2520/%21%27%28%29%2A~', '/my-registry/%C3%A9/../%F0%9F%90%8B']);
  });

  test('that is archived is unreadable by itself', async () => {
    const storage = await storageAnswering(failure('InvalidObjectState', 403));
    expect(await storage.get('key', 5, signal)).toEqual({
      kind: 'unreadable',
      refusal: 'Archived',
      reason: 'it is archived; restore it',
    });
  });

  test('whose connection breaks may be tried again', async () => {
    const storage = await storageAnswering((_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('123', () => response.destroy());
    });
    await expect(storage.get('key', 50, signal)).rejects.toMatchObject({ failure: { kind: 'retryable' } });
  });
});
