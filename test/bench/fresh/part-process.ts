import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A module of this benchmark in a process of its own, which lives until it is stopped. */
export interface PartProcess<Ready> {
  readonly ready: Ready;
  /** Sends a message and gives the next one that comes. */
  ask<Answer>(message: string): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts it with a job, once it has sent its first message. */
export async function startPart<Ready>(module: URL, job: object = {}): Promise<PartProcess<Ready>> {
  const child = fork(module);
  child.send(job);
  const ready = await nextMessage<Ready>(child);
  return {
    ready,
    ask<Answer>(message: string) {
      child.send(message);
      return nextMessage<Answer>(child);
    },
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const { promise, resolve, reject } = Promise.withResolvers<Message>();
  const fail = (code: number | null) =>
    reject(new Error(`${child.spawnargs.at(-1)} ended without an answer (${code})`));
  child.once('exit', fail);
  // Both ends are modules of this benchmark, which share the type.
  child.once('message', (message) => resolve(message as Message));
  return promise.finally(() => child.off('exit', fail));
}
