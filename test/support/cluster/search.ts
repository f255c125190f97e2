import { setTimeout as wait } from 'node:timers/promises';
import { reachService, type ServiceAddress } from '../../env/service-address.ts';
import { NAMESPACE, type Stage } from './stage.ts';

const TIMEOUT_MS = 60_000;

/** Where a search Service answers on this machine. */
export function reachSearch({ cluster }: Stage, index: string): Promise<ServiceAddress> {
  return reachService(cluster, { namespace: NAMESPACE, name: `${index}-search`, port: 8080 });
}

export interface SearchAnswer {
  readonly num_results: number;
  readonly results: readonly { readonly name: string; readonly description: string }[];
}

export async function search(address: string, term: string): Promise<SearchAnswer> {
  const query = new URLSearchParams({ q: term });
  const response = await fetch(`http://${address}/v1/search?${query}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`search answered ${response.status}`);
  return (await response.json()) as SearchAnswer;
}

/** Searches again and again while something happens, and counts what was not answered or found less than `least`. */
export async function searchingMeanwhile(
  { address, term, least }: { address: string; term: string; least: number },
  happening: () => Promise<void>,
): Promise<{ readonly asked: number; readonly failures: readonly string[] }> {
  const failures: string[] = [];
  const over = new AbortController();
  let asked = 0;
  const asking = (async () => {
    while (!over.signal.aborted) {
      asked += 1;
      const found = await search(address, term).then(({ num_results }) => num_results, inFull);
      if (typeof found !== 'number' || found < least) failures.push(String(found));
      await wait(100);
    }
  })();
  await happening().finally(() => over.abort());
  await asking;
  return { asked, failures };
}

/** fetch hides what happened, such as a connection refused, in the cause. */
function inFull(error: unknown): string {
  const at = new Date().toISOString();
  return error instanceof Error && error.cause ? `${at} ${error}: ${error.cause}` : `${at} ${error}`;
}
