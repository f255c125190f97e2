import { Worker } from 'node:worker_threads';
import type { BcryptQuestion, BcryptReply } from './bcrypt-thread.ts';

/** Compares passwords with bcrypt hashes, one after another, in a thread of its own: a comparison takes 5 to 300 ms. */
export interface Bcrypt {
  /** Rejects when the thread has ended; the next call begins another. */
  compare(password: string, hash: string): Promise<boolean>;
  close(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, PromiseWithResolvers<boolean>>;
}

export function createBcrypt(): Bcrypt {
  let thread: Thread | undefined;
  let asked = 0;

  const begin = (): Thread => {
    const worker = new Worker(threadFile());
    const begun: Thread = { worker, waiting: new Map() };
    worker.unref();
    worker.on('message', ({ id, fits }: BcryptReply) => {
      begun.waiting.get(id)?.resolve(fits);
      begun.waiting.delete(id);
    });
    const end = (error: unknown) => {
      if (thread === begun) thread = undefined;
      for (const { reject } of begun.waiting.values()) reject(error);
      begun.waiting.clear();
    };
    worker.on('error', end);
    worker.on('exit', () => end(new Error('the thread that compares passwords has ended')));
    return begun;
  };

  return {
    compare(password, hash) {
      thread ??= begin();
      const answer = Promise.withResolvers<boolean>();
      const question: BcryptQuestion = { id: ++asked, password, hash };
      thread.waiting.set(question.id, answer);
      thread.worker.postMessage(question);
      return answer.promise;
    },
    async close() {
      await thread?.worker.terminate();
    },
  };
}

/** In the image the parts of the program, of which this is one or not, are in a folder below it. */
function threadFile(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('./bcrypt-thread.ts', import.meta.url);
  const isPart = /\/parts\/[^/]+$/.test(import.meta.url);
  return new URL(isPart ? './bcrypt-thread.mjs' : './parts/bcrypt-thread.mjs', import.meta.url);
}
