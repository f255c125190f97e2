import { request } from 'undici';
import { deadline } from '../../async/deadline.ts';

/** How much a search replica finds for those who have not logged in. */
export interface SearchCounts {
  readonly repositories: number;
  readonly tags: number;
}

/** What it says of itself: also which filling of the tables it answers from, and whether it has all of that. */
export interface SearchReport extends SearchCounts {
  readonly epoch: number;
  readonly incomplete: boolean;
}

/** Asks a search service what it finds; undefined when it does not answer, which is no error. */
export type SearchProbe = (url: string, signal: AbortSignal) => Promise<SearchReport | undefined>;

const TIMEOUT_MS = 2_000;

export const probeSearch: SearchProbe = async (url, signal) => {
  try {
    const { statusCode, body } = await request(`${url}/v1/status`, { signal: deadline(signal, TIMEOUT_MS) });
    const answer = await body.json();
    return statusCode === 200 && isReport(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
};

function isReport(value: unknown): value is SearchReport {
  return (
    typeof value === 'object' &&
    value !== null &&
    'repositories' in value &&
    'tags' in value &&
    'epoch' in value &&
    'incomplete' in value &&
    typeof value.repositories === 'number' &&
    typeof value.tags === 'number' &&
    typeof value.epoch === 'number' &&
    typeof value.incomplete === 'boolean'
  );
}
