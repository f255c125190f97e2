import type { Readable } from 'node:stream';

/** S3's errors are some hundred bytes; a page of somebody else's may be of any length. */
const MAX_BYTES = 16 * 1024;

/** What S3 answered instead of what was asked for: an error that has S3's code as its name and the status beside it. */
export async function s3Error(status: number, body: Readable): Promise<Error> {
  return s3ErrorOf(/<Code>([^<]{1,200})<\/Code>/.exec(await beginningOf(body))?.[1], status);
}

/** The same of what was read already. What is no word is no code of S3's, and may be anything. */
export function s3ErrorOf(text: string | undefined, status: number): Error {
  const code = CODE.exec(text?.trim() ?? '')?.[0];
  const error = Object.assign(new Error(code ?? `status ${status}`), { $metadata: { httpStatusCode: status } });
  error.name = code ?? (status === 301 ? 'PermanentRedirect' : 'S3Error');
  return error;
}

const CODE = /^[\w.]{1,100}$/;

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
