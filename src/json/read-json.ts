import type { Readable } from 'node:stream';

/** An answer is too long, or no JSON. The message does not quote it, because it may hold anything. */
export class AnswerUnreadable extends Error {
  override readonly name = 'AnswerUnreadable';
  readonly tooLong: boolean;

  constructor({ tooLong }: { readonly tooLong: boolean }, message: string) {
    super(message);
    this.tooLong = tooLong;
  }
}

export interface LimitedBody {
  /** At most as many as the limit. */
  readonly bytes: Buffer;
  /** Whether that is the whole body. */
  readonly whole: boolean;
}

/** Reads a body up to `maxBytes`. Of a longer one the rest is dropped, and its connection closed. */
export async function readAtMost(body: Readable, maxBytes: number): Promise<LimitedBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  // A body that was dropped emits another error, after the loop has ended.
  body.on('error', () => undefined);
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), whole: false };
  }
  return { bytes: Buffer.concat(chunks), whole: true };
}

/** Reads a body of at most `maxBytes` as JSON. Rejects with AnswerUnreadable, or with the error of the connection. */
export async function readJson(body: Readable, maxBytes: number): Promise<unknown> {
  const { bytes, whole } = await readAtMost(body, maxBytes);
  if (!whole) throw new AnswerUnreadable({ tooLong: true }, `the answer is longer than ${maxBytes} bytes`);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new AnswerUnreadable({ tooLong: false }, 'the answer is not JSON');
  }
}
