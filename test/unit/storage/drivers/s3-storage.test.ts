import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import '../../../support/native-errors.ts';
import { createS3Client, createS3Get } from '../../../../src/aws/s3-get.ts';
import { createS3Storage } from '../../../../src/storage/drivers/s3-storage.ts';
import type { ListRequest, ObjectStorage } from '../../../../src/storage/object-storage.ts';
import { listen } from '../../../support/network/listen.ts';

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
    ['no XML', 'terminal', LISTING.replace('</Key>', '')],
    ['an error', 'retryable', '<Error><Code>InternalError</Code></Error>'],
    ['an error that nobody knows', 'terminal', '<Error><Code>secret &lt;b&gt;</Code></Error>'],
    ['longer than any', 'terminal', `<ListBucketResult>${' '.repeat(9_000_000)}</ListBucketResult>`],
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

  test.each([
    ['no body', (response: ServerResponse) => response.writeHead(404).end()],
    ['a page', (response: ServerResponse) => response.writeHead(404).end('<html>not found</html>')],
    ['another code', (response: ServerResponse) => response.writeHead(404).end('<Error><Code>NotFound</Code></Error>')],
  ])('that is answered by 404 with %s misses the bucket', async (_, answer) => {
    const storage = await storageAnswering((_request, response) => answer(response));
    await expect(storage.list({ prefix: '' }, signal)).rejects.toMatchObject({ failure: { reason: 'BucketNotFound' } });
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

describe('a listing of version 1', () => {
  const KEYS = ['a', 'b b', 'c+d', 'e'];

  /** Two keys a page; `pick` says what is told of the next. */
  const answerVersion1 = (asked: URLSearchParams[], pick: (key: string) => string) => {
    return (request: IncomingMessage, response: ServerResponse) => {
      const query = new URL(request.url ?? '', 'http://host').searchParams;
      asked.push(query);
      const rest = KEYS.filter((key) => key > (query.get('marker') ?? ''));
      const page = rest.slice(0, 2);
      const isTruncated = rest.length > page.length;
      const contents = page.map((key) => `<Contents><Key>${encodeURIComponent(key)}</Key></Contents>`).join('');
      const next = isTruncated ? pick(page.at(-1) ?? '') : '';
      const head = `<Marker/><EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>${next}`;
      xml(`<ListBucketResult>${contents}${head}</ListBucketResult>`)(request, response);
    };
  };
  const allKeys = async (storage: ObjectStorage, from: Pick<ListRequest, 'startAfter'> = {}) => {
    const keys: string[] = [];
    for (let next: Partial<ListRequest> | undefined = from; next; ) {
      const page = await storage.list({ prefix: '', ...next }, signal);
      keys.push(...page.objects.map(({ key }) => key));
      next = page.continuationToken === undefined ? undefined : { continuationToken: page.continuationToken };
    }
    return keys;
  };

  test.each([
    ['says nothing of the next page', () => ''],
    ['names the last key', (key: string) => `<NextMarker>${key}</NextMarker>`],
    ['names the last key encoded', (key: string) => `<NextMarker>${encodeURIComponent(key)}</NextMarker>`],
  ])('is read to its end where the store %s', async (_, pick) => {
    const asked: URLSearchParams[] = [];
    const storage = await storageAnswering(answerVersion1(asked, pick));
    expect(await allKeys(storage)).toEqual(KEYS);
    expect(asked.map((query) => query.get('marker'))).toEqual([null, 'b b']);
    expect(await allKeys(storage, { startAfter: 'b' })).toEqual(KEYS.slice(1));
  });

  test('that answers a place it was not asked by its own name is asked again by that', async () => {
    const asked: URLSearchParams[] = [];
    const storage = await storageAnswering(answerVersion1(asked, () => ''));
    expect(await allKeys(storage, { startAfter: 'b' })).toEqual(KEYS.slice(1));
    expect(asked.map((query) => [query.get('list-type'), query.get('marker')])).toEqual([
      ['2', null],
      [null, 'b'],
      [null, 'c+d'],
    ]);
  });

  test.each([
    ['InvalidArgument', 400],
    ['NotImplemented', 501],
    ['MethodNotAllowed', 405],
  ])('is asked for where the other is refused with %s', async (code, status) => {
    const version1 = answerVersion1([], () => '');
    const storage = await storageAnswering((request, response) =>
      (request.url?.includes('list-type') ? failure(code, status) : version1)(request, response),
    );
    expect(await allKeys(storage)).toEqual(KEYS);
  });

  test('does not hide why the other is refused', async () => {
    const storage = await storageAnswering(failure('InvalidArgument', 400));
    await expect(storage.list({ prefix: '' }, signal)).rejects.toMatchObject({ failure: { reason: 'RequestRefused' } });
  });

  test('goes on where one of version 2 says that there is more and not where', async () => {
    const asked: URLSearchParams[] = [];
    const version1 = answerVersion1(asked, () => '');
    const storage = await storageAnswering((request, response) => {
      if (!request.url?.includes('list-type')) return version1(request, response);
      const contents = '<Contents><Key>a</Key></Contents><Contents><Key>b%20b</Key></Contents>';
      const head = '<KeyCount>2</KeyCount><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>';
      xml(`<ListBucketResult>${head}${contents}</ListBucketResult>`)(request, response);
    });
    expect(await allKeys(storage)).toEqual(KEYS);
  });
});

describe('a bucket that is elsewhere', () => {
  const redirect = (headers: Record<string, string>) => (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(301, { location: 'http://127.0.0.1:1/', ...headers }).end();
  const messageOf = async (headers: Record<string, string>) => {
    const storage = await storageAnswering(redirect(headers));
    return storage.list({ prefix: '' }, signal).catch((error: Error) => error.message);
  };

  test('is told with the region that it is in, where S3 says that', async () => {
    expect(await messageOf({ 'x-amz-bucket-region': 'eu-central-1' })).toMatch(/; set storage.region to eu-central-1$/);
    expect(await messageOf({})).toMatch(/; set storage.region to the one it is in$/);
    expect(await messageOf({ 'x-amz-bucket-region': 'Authorization: any' })).toMatch(/to the one it is in$/);
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

  test.each([
    ['no body', 404, ''],
    ['a page', 404, '<html>not found</html>'],
    ['another code', 404, '<Error><Code>NotFound</Code></Error>'],
    ['what it is, gone', 410, '<Error><Code>Gone</Code></Error>'],
  ])('that is answered by %s is missing', async (_, status, body) => {
    const storage = await storageAnswering((_request, response) => response.writeHead(status).end(body));
    expect(await storage.get('key', 5, signal)).toEqual({ kind: 'missing' });
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
