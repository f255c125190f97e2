import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unlessAborted } from '../async/deadline.ts';
import type { RequestHandler } from '../aws/clients.ts';
import { folderFailure } from './folder-failure.ts';

export interface EmbeddedDynamoDb {
  /** For messages and the SDK. No host can have this name. */
  readonly endpoint: string;
  /** For `openIndex`. Nothing listens on a port, so no other program and no web page can send requests. */
  readonly handler: RequestHandler;
  /** Aborts when the data can no longer be written or read; its reason is an error that says what to do. */
  readonly broken: AbortSignal;
  close(): Promise<void>;
}

/** Nobody checks signatures, but the SDK needs keys to sign with. */
export const EMBEDDED_CREDENTIALS = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };

const NEVER = new AbortController().signal;

/**
 * A DynamoDB inside this process, with its data in `folder`, which no other `run` can use at the same time. Its
 * packages are imported here, so that other commands do not load them. Rejects with a sentence if the folder cannot be
 * used.
 */
export async function startEmbeddedDynamoDb(folder: string): Promise<EmbeddedDynamoDb> {
  const use = { path: folder, option: '--data' };
  const explained = (error: unknown) => folderFailure(error, use) ?? error;
  const path = join(folder, 'dynamodb');
  const { openStore, perform } = await import('./dynalite-operations.ts');
  const store = await mkdir(path, { recursive: true })
    .then(() => openStore(path))
    .catch((error: unknown) => {
      throw explained(error);
    });
  const broken = new AbortController();

  const answer = async (target: string, body: unknown) => {
    broken.signal.throwIfAborted();
    try {
      return await perform(store, target.slice(target.indexOf('.') + 1), requestIn(body));
    } catch (error) {
      const failure = explained(error);
      if (failure !== error) broken.abort(failure);
      throw failure;
    }
  };

  const handle: RequestHandler['handle'] = async ({ headers, body }, { abortSignal } = {}) => {
    const signal = abortSignal instanceof AbortSignal ? abortSignal : NEVER;
    const answered = await unlessAborted(signal, answer(headers['x-amz-target'] ?? '', body));
    const bytes = Buffer.from(JSON.stringify(answered.body));
    return { response: { statusCode: answered.statusCode, headers: {}, body: bytes } };
  };

  return {
    endpoint: 'http://dynamodb.embedded.invalid',
    handler: { handle },
    broken: broken.signal,
    close: () => store.db.close().catch(() => undefined),
  };
}

function requestIn(body: unknown): unknown {
  return JSON.parse(body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body));
}
