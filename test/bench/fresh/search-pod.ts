import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Reads, SearchJob, SearchReady } from './search-process.ts';

export interface SearchPod {
  readonly url: string;
  reads(): Promise<Reads>;
  stop(): Promise<void>;
}

const PROCESS = new URL('./search-process.ts', import.meta.url);

/** A process of search, once it has loaded the index. */
export async function startSearchPod(job: SearchJob): Promise<SearchPod> {
  const child = fork(PROCESS);
  child.send(job);
  const { url } = await nextMessage<SearchReady>(child);
  return {
    url,
    reads() {
      child.send('reads');
      return nextMessage<Reads>(child);
    },
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`search ended without an answer (${code})`);
  });
  const [message] = await Promise.race([once(child, 'message'), failed]);
  // Both ends are modules of this benchmark, which share the type.
  return message as Message;
}
