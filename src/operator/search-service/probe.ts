import { request } from 'undici';
import { deadline } from '../../async/deadline.ts';

/** How much a search replica knows. */
export interface SearchCounts {
  readonly repositories: number;
  readonly tags: number;
}

/** Asks a search service what it knows; undefined when it does not answer, which is no error. */
export type SearchProbe = (url: string, signal: AbortSignal) => Promise<SearchCounts | undefined>;

const TIMEOUT_MS = 2_000;

export const probeSearch: SearchProbe = async (url, signal) => {
  try {
    const { statusCode, body } = await request(`${url}/v1/status`, { signal: deadline(signal, TIMEOUT_MS) });
    const answer = await body.json();
    if (statusCode !== 200 || !isCounts(answer)) return undefined;
    const { repositories, tags } = answer;
    return { repositories, tags };
  } catch {
    return undefined;
  }
};

function isCounts(value: unknown): value is SearchCounts {
  return (
    typeof value === 'object' &&
    value !== null &&
    'repositories' in value &&
    'tags' in value &&
    typeof value.repositories === 'number' &&
    typeof value.tags === 'number'
  );
}
