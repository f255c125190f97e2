import type { Readable } from 'node:stream';

/** S3's errors are some hundred bytes; a page of somebody else's may be of any length. */
const MAX_BYTES = 16 * 1024;

/** What S3 answered instead of what was asked for: an error that has S3's code as its name and the status beside it. */
export async function s3Error(status: number, body: Readable): Promise<Error> {
  const code = /<Code>([\w.]+)<\/Code>/.exec(await beginningOf(body))?.[1];
  const error = Object.assign(new Error(code ?? `status ${status}`), { $metadata: { httpStatusCode: status } });
  error.name = code ?? (status === 301 ? 'PermanentRedirect' : 'S3Error');
  return error;
}

/** An answer that breaks off still has its status. */
async function beginningOf(body: Readable): Promise<string> {
  let text = '';
  try {
    for await (const chunk of body) {
      text += chunk;
      if (text.length > MAX_BYTES) break;
    }
  } catch {
    return text;
  }
  return text;
}
