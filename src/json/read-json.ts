import type { Readable } from 'node:stream';

/** The answer to a request is no JSON of the length that there is room for. Its text is in no message: it may be anything. */
export class AnswerUnreadable extends Error {
  override readonly name = 'AnswerUnreadable';
  readonly tooLong: boolean;

  constructor(what: { readonly tooLong: boolean }, message: string) {
    super(message);
    this.tooLong = what.tooLong;
  }
}

export interface Beginning {
  /** At most as many as were asked for. */
  readonly bytes: Buffer;
  /** Whether that is all there is. */
  readonly whole: boolean;
}

/** Reads a body up to `maxBytes`. What is left of a longer one is dropped, and its connection with it. */
export async function readAtMost(body: Readable, maxBytes: number): Promise<Beginning> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The end of a body that was dropped is told once more, when nobody waits for it.
  body.on('error', () => undefined);
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), whole: false };
  }
  return { bytes: Buffer.concat(chunks), whole: true };
}

/** Reads a body of at most `maxBytes` as JSON. Rejects with AnswerUnreadable, or with what broke the connection. */
export async function readJson(body: Readable, maxBytes: number): Promise<unknown> {
  const { bytes, whole } = await readAtMost(body, maxBytes);
  if (!whole) throw new AnswerUnreadable({ tooLong: true }, `the answer is longer than ${maxBytes} bytes`);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new AnswerUnreadable({ tooLong: false }, 'the answer is not JSON');
  }
}
