import { startPart } from './part-process.ts';
import type { Reads, SearchJob, SearchReady } from './search-process.ts';

export interface SearchPod {
  readonly url: string;
  reads(): Promise<Reads>;
  stop(): Promise<void>;
}

const PROCESS = new URL('./search-process.ts', import.meta.url);

/** A process of search, once it has loaded the index. */
export async function startSearchPod(job: SearchJob): Promise<SearchPod> {
  const { ready, ask, stop } = await startPart<SearchReady>(PROCESS, job);
  return { url: ready.url, reads: () => ask<Reads>('reads'), stop };
}
