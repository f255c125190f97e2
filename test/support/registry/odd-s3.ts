import { createServer, type ServerResponse } from 'node:http';
import { listen } from '../network/listen.ts';
import type { MemoryObject } from './memory-storage.ts';
import { type Answer, errorAnswer, listingAnswer, type ObjectManner, type S3Manner } from './odd-listing.ts';

export interface OddS3 {
  readonly endpoint: string;
  readonly requests: { lists: number; gets: number };
  stop(): Promise<void>;
}

/** An S3 server of one bucket that does what stores have been seen to do, or may. */
export async function startOddS3(objects: Map<string, MemoryObject>, manner: S3Manner = {}): Promise<OddS3> {
  const requests = { lists: 0, gets: 0 };
  const server = createServer((request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://host');
    const key = decodeURIComponent(pathname).split('/').slice(2).join('/');
    if (key === '') {
      requests.lists += 1;
      send(response, listingAnswer({ objects, manner, query, number: requests.lists }));
    } else {
      requests.gets += 1;
      answerGet(response, key, { objects, manner });
    }
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
}

interface Bucket {
  readonly objects: Map<string, MemoryObject>;
  readonly manner: S3Manner;
}

function answerGet(response: ServerResponse, key: string, { objects, manner }: Bucket): void {
  const how = manner.objects?.get(key);
  const body = objects.get(key)?.body;
  if (how === 'vanishing') objects.delete(key);
  const refusal = body ? refusalOf(manner, how) : MISSING[manner.missing ?? 'code'];
  if (refusal || !body) send(response, refusal ?? MISSING.code);
  else if (how === undefined) response.writeHead(200, { 'content-length': body.length }).end(body);
  else breakOff(response, body, how);
}

const MISSING: Readonly<Record<NonNullable<S3Manner['missing']> | 'code', Answer>> = {
  code: errorAnswer(404, 'NoSuchKey'),
  otherCode: errorAnswer(404, 'NotFound'),
  empty: { status: 404, body: '' },
  page: { status: 404, body: '<html><body>not found</body></html>' },
};

function refusalOf({ missing }: S3Manner, how: ObjectManner | undefined): Answer | undefined {
  if (how === 'vanishing' || how === 'notThere') return MISSING[missing ?? 'code'];
  if (how === 'forbidden') return errorAnswer(403, 'AccessDenied');
  if (how === 'failing') return errorAnswer(500, 'InternalError');
  return how === 'refused' ? errorAnswer(400, 'InvalidRequest') : undefined;
}

/** Tells a length that the body does not have. */
function breakOff(response: ServerResponse, body: Buffer, how: ObjectManner): void {
  response.writeHead(200, { 'content-length': body.length + 10 });
  response.write(body, () => (how === 'brokenOff' ? response.destroy() : response.socket?.end()));
}
