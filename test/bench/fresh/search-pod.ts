import { startPart } from './part-process.ts';
import type { SearchJob, SearchReady, Usage } from './search-process.ts';

export interface SearchPod {
  readonly url: string;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

const PROCESS = new URL('./search-process.ts', import.meta.url);

/** A process of search, once it has loaded the index. */
export async function startSearchPod(job: SearchJob): Promise<SearchPod> {
  const { ready, ask, stop } = await startPart<SearchReady>(PROCESS, job);
  return { url: ready.url, usage: () => ask<Usage>('usage'), stop };
}
