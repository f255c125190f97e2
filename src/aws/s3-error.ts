import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { readAtMost } from '../json/read-json.ts';

/** S3's errors are some hundred bytes; a page of somebody else's may be of any length. */
const MAX_BYTES = 16 * 1024;
/** The form of S3's codes. What is not of it may be any text. */
const CODE = /^[A-Za-z][\w.]{0,63}$/;
const REGION = /^[a-z]{2}[a-z0-9-]{1,30}$/;

export interface S3ErrorResponse {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

/** What S3 answered instead of what was asked for. Its name is S3's code, where that is one. */
export class S3Error extends Error {
  readonly $metadata: { readonly httpStatusCode: number };
  /** Where S3 says that the bucket is. */
  readonly region: string | undefined;

  constructor(text: string | undefined, status: number, region?: unknown) {
    const code = CODE.exec(text?.trim() ?? '')?.[0];
    super(code ?? `status ${status}`);
    this.name = code ?? (status === 301 ? 'PermanentRedirect' : 'S3Error');
    this.$metadata = { httpStatusCode: status };
    this.region = typeof region === 'string' && REGION.test(region) ? region : undefined;
  }
}

/** Reads an error response no further than it can be S3's own. An answer that breaks off still has its status. */
export async function s3Error({ statusCode, headers, body }: S3ErrorResponse): Promise<S3Error> {
  const { bytes } = await readAtMost(body, MAX_BYTES).catch(() => ({ bytes: Buffer.alloc(0) }));
  const code = /<Code>([^<]{1,200})<\/Code>/.exec(bytes.toString('utf8'))?.[1];
  return new S3Error(code, statusCode, headers['x-amz-bucket-region']);
}
