import { fork } from 'node:child_process';

/** Megabytes (2^20 bytes), where memory is not the question. */
export const LARGE_HEAP: readonly string[] = ['--max-old-space-size=6144'];

/**
 * Runs a module in a process of its own, so that its memory and CPU are its own too: it gets `job` as its first message
 * and answers with one. `flags` are Node's. Rejects when it ends without an answer.
 */
export function runInChild<Job extends object, Answer>(module: URL, job: Job, flags = LARGE_HEAP): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(module, { execArgv: ['--expose-gc', ...flags] });
    child.once('message', (answer) => {
      // Both ends are modules of this benchmark, which share the type.
      resolve(answer as Answer);
      child.disconnect();
    });
    child.once('exit', (code) => reject(new Error(`${module.pathname} ended without an answer (${code})`)));
    child.send(job);
  });
}

/** The other end: answers the first message with what `work` makes of it, and lets the process end. */
export function answerJob<Job, Answer extends object>(work: (job: Job) => Promise<Answer>): void {
  process.once('message', async (job) => {
    process.send?.(await work(job as Job));
  });
}
